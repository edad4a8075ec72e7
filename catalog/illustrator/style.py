"""A style is one base shape with its free proportions; a spec is one product to be drawn."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

from catalog.illustrator.canvas import Canvas, Paint
from catalog.illustrator.palette import METALS, WOODS, lightness

Range = tuple[float, float]


@dataclasses.dataclass(frozen=True, slots=True)
class ProductSpec:
    """Everything ``illustrate`` needs. ``traits`` fix the silhouette; colours are ``#rrggbb``.

    ``seed`` moves only what has no name: where flowers fall, which way a strap hangs.
    """

    style: str
    traits: Mapping[str, float | str]
    colours: tuple[str, str, str]
    pattern: str = "plain"
    material: str = "cotton"
    metal: str = "brass"
    wood: str = "oak"
    scene: str = "white"
    view: str = "front"
    seed: int = 0

    def __getitem__(self, trait: str) -> float:
        """A proportion (a number)."""
        value = self.traits[trait]
        assert not isinstance(value, str), f"{trait} is a choice: ask is_(trait, option)"
        return value

    def is_(self, trait: str, option: str) -> bool:
        return self.traits[trait] == option

    def choice(self, trait: str) -> str:
        return str(self.traits[trait])

    @property
    def paint(self) -> Paint:
        main, second, third = self.colours
        return Paint(main, second, third, self.pattern, self.material)

    @property
    def plain(self) -> Paint:
        return self.paint.plain()

    @property
    def trim(self) -> Paint:
        """The second colour, without the pattern."""
        return self.paint.plain(self.colours[1])

    @property
    def third(self) -> Paint:
        return self.paint.plain(self.colours[2])

    @property
    def hardware(self) -> str:
        return METALS[self.metal]

    @property
    def timber(self) -> Paint:
        return Paint(WOODS[self.wood], material="wood")

    @property
    def thread(self) -> str:
        """Stitches that show on the main colour."""
        return "#ffffff" if lightness(self.colours[0]) < 0.5 else "#2b2630"


@dataclasses.dataclass(frozen=True, slots=True)
class Style:
    """One base shape of a category.

    ``traits``: a (low, high) range of numbers, or a tuple of options.
    ``price``: US dollars for a middling one. ``worth``: the log-price a trait adds, from the low
    end of its range to the high one, or ``"trait=option"`` for a choice.
    ``tint``: what the main colour is: a ``dye``, a ``metal`` or a ``wood``.
    """

    category: str
    noun: str
    draw: Callable[[Canvas, ProductSpec], None]
    price: float
    traits: Mapping[str, Range | tuple[str, ...]]
    worth: Mapping[str, float]
    materials: tuple[str, ...]
    patterns: tuple[str, ...] = ("plain",)
    wearers: tuple[str, ...] = ()
    stands: bool = False
    tint: str = "dye"

    @property
    def key(self) -> str:
        return f"{self.category}/{self.noun}"
