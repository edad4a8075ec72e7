"""The invented houses that sell here: each with its colours, its studio and its level of price."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class Brand:
    """``tier`` 0 (thrifty) to 3 (precious); ``aisles``: wear, shoes, bags, small, jewels, home, table."""

    name: str
    tier: int
    aisles: tuple[str, ...]
    moods: tuple[str, ...]
    scenes: tuple[str, ...]
    metal: str
    woods: tuple[str, ...] = ("oak", "ash", "walnut")
    loves: tuple[str, ...] = ()  # patterns it prints more than others
    currency: str = "USD"


BRANDS = (
    Brand("Pebble & Pine", 1, ("wear", "bags", "small", "home"), ("nordic", "forest"), ("paper", "white"), "brass", ("ash", "oak"), ("plaid", "leaf")),
    Brand("Marigold Row", 0, ("wear", "small", "table"), ("sorbet", "orchard"), ("white", "tinted"), "gold", ("ash",), ("floral", "ditsy", "gingham")),
    Brand("Oona Field", 2, ("wear", "jewels", "bags"), ("atelier", "heath"), ("paper", "studio"), "gold", ("walnut",), ("plain", "pinstriped")),
    Brand("Harbour Street", 1, ("wear", "shoes", "bags"), ("coast",), ("white", "white", "studio"), "silver", ("oak",), ("striped", "banded")),
    Brand("Sunday Parade", 0, ("wear", "shoes", "small", "bags"), ("pop", "fiesta"), ("white", "tinted"), "silver", ("oak",), ("checkerboard", "confetti", "dotted")),
    Brand("Atelier Voss", 3, ("wear", "shoes", "bags", "small"), ("midnight", "atelier"), ("studio",), "gold", ("ebony", "walnut"), ("plain", "houndstooth")),
    Brand("Tolva", 1, ("shoes", "wear", "bags"), ("nordic", "pop"), ("white", "studio"), "gunmetal", ("ash",)),
    Brand("Cobble Lane", 2, ("shoes", "bags"), ("forest", "desert", "atelier"), ("paper", "studio"), "brass", ("walnut",), (), "GBP"),
    Brand("Little Gulls", 0, ("shoes", "small", "wear"), ("coast", "sorbet"), ("white",), "silver", ("ash",), ("dotted", "striped")),
    Brand("Rue Camille", 2, ("bags", "jewels", "small", "wear"), ("heath", "orchard"), ("tinted", "paper"), "gold", ("cherrywood",), ("scallop", "floral"), "EUR"),
    Brand("Meridian & Co", 3, ("small", "jewels"), ("midnight", "atelier"), ("studio", "white"), "gold", ("ebony",)),
    Brand("Tick Tock Club", 0, ("small", "table"), ("pop", "retro"), ("white", "tinted"), "silver", ("oak",)),
    Brand("Fenn Goods", 1, ("small", "bags", "wear"), ("desert", "forest"), ("paper", "white"), "copper", ("teak",), ("zigzag",)),
    Brand("Sable & Stone", 2, ("jewels",), ("atelier", "nordic"), ("studio", "paper"), "silver"),
    Brand("Daisy Chain", 0, ("jewels", "small"), ("sorbet", "fiesta"), ("white", "tinted"), "gold"),
    Brand("Nordhus", 2, ("home", "table"), ("nordic",), ("studio", "white", "wall"), "gunmetal", ("ash", "oak"), ("herringbone", "windowpane"), "EUR"),
    Brand("Casa Lumo", 1, ("home", "table"), ("desert", "retro"), ("wall", "paper"), "brass", ("teak", "oak"), ("zigzag", "terrazzo")),
    Brand("Thistle House", 1, ("home", "table", "small"), ("heath", "forest"), ("paper", "wall"), "brass", ("oak", "cherrywood"), ("floral", "plaid"), "GBP"),
    Brand("Plum & Plinth", 3, ("home", "table"), ("midnight", "atelier"), ("studio", "wall"), "gold", ("walnut", "ebony"), ("plain",)),
    Brand("Hello Hearth", 0, ("home", "table"), ("pop", "sorbet"), ("white", "wall"), "silver", ("ash",), ("checkerboard", "dotted", "terrazzo")),
    Brand("Kiln & Clover", 2, ("table",), ("desert", "forest", "coast"), ("paper", "studio"), "copper", ("oak",), ("speckled", "painted")),
    Brand("Saltmarsh", 1, ("table", "home", "wear"), ("coast", "nordic"), ("white", "paper"), "steel", ("ash",), ("striped", "speckled")),
)  # fmt: skip

AISLES: dict[str, str] = {
    **dict.fromkeys(("T-shirts", "Shirts", "Sweaters", "Dresses", "Jackets", "Coats", "Trousers", "Shorts", "Skirts"), "wear"),
    **dict.fromkeys(("Sneakers", "Boots", "Sandals", "Heels", "Flats"), "shoes"),
    **dict.fromkeys(("Handbags", "Backpacks", "Totes"), "bags"),
    **dict.fromkeys(("Watches", "Sunglasses", "Hats", "Scarves", "Belts", "Umbrellas", "Socks"), "small"),
    **dict.fromkeys(("Necklaces", "Earrings", "Rings"), "jewels"),
    **dict.fromkeys(("Chairs", "Armchairs", "Sofas", "Tables", "Lamps", "Rugs", "Cushions", "Clocks"), "home"),
    **dict.fromkeys(("Mugs", "Vases", "Plates", "Bowls", "Teapots", "Planters", "Candles"), "table"),
}  # fmt: skip
