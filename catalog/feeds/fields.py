"""From a row's named fields to a product: the checks that every form of feed shares."""

from __future__ import annotations

import dataclasses
import datetime
import re
import urllib.parse
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.money import check_currency, parse_price
from catalog.product import CatalogError, Price, Product, RowError

MAX_ID = 200  # characters
MAX_TEXT = 20_000  # characters; longer ones are cut: they are descriptions
MAX_IMAGES = 20  # the specifications allow a product eleven
SPLITS = ("train", "val", "test")

# Our field -> the names it goes by in feeds, the preferred one first.
ALIASES: dict[str, tuple[str, ...]] = {
    "id": ("id", "sku"),
    "title": ("title", "name"),
    "description": ("description",),
    "link": ("link", "url"),
    "images": ("image", "images", "image_link", "image_url"),
    "more_images": ("additional_image_link", "additional_images"),
    "category": ("category", "product_type", "google_product_category"),
    "price": ("price",),
    "currency": ("currency",),
    "sale_price": ("sale_price",),
    "brand": ("brand", "vendor"),
    "color": ("color", "colour"),
    "gender": ("gender",),
    "age_group": ("age_group",),
    "group_id": ("product_id", "group_id", "item_group_id"),
    "availability": ("availability",),
    "split": ("split",),
}
FIELDS = tuple(ALIASES)

# Columns that hold a path such as "Home > Women > Dresses": its end is the category, and the
# whole path stays among the attributes.
_CATEGORY_PATHS = ("product_type", "google_product_category")

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_INVISIBLE = re.compile(r"[\x00-\x20\x7f]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")


@dataclass(frozen=True, slots=True)
class FeedOptions:
    """What the importing person adds to a feed. Raises `CatalogError` where it makes no sense.

    ``mapping`` is our field (`FIELDS`) -> the feed's column; ``currency`` (ISO 4217) stands in for
    prices that name none, ``split`` for rows that name none.
    """

    mapping: Mapping[str, str] = dataclasses.field(default_factory=dict)
    currency: str | None = None
    split: str | None = None

    def __post_init__(self) -> None:
        unknown = sorted(set(self.mapping) - set(FIELDS))
        if unknown:
            raise CatalogError(
                f"the mapping names no field of ours: {', '.join(unknown)}; "
                f"it maps {', '.join(FIELDS)} to the feed's columns"
            )
        if self.currency is not None:
            check_currency(self.currency)
        _split(self.split)

    def renamed(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """A row's fields with the mapped columns under our names, in place of any such column."""
        if not self.mapping:
            return fields
        theirs = set(self.mapping.values())
        others = {
            name: value
            for name, value in fields.items()
            if name not in theirs and name not in self.mapping
        }
        mapped = {ours: fields[name] for ours, name in self.mapping.items() if name in fields}
        return others | mapped


def product_from_fields(fields: Mapping[str, Any], options: FeedOptions) -> Product:
    """A checked product from a row whose keys are column names of `ALIASES` or anything else.

    Values are strings, numbers, ``None`` or lists of strings; columns that are no field of ours
    become attributes.
    Raises `RowError`, whose ``product_id`` names the product where the row got that far.
    """
    fields = options.renamed(fields)
    columns = {name: text for name, value in fields.items() if (text := plain_text(value))}
    alias_of = {
        field: alias
        for field, aliases in ALIASES.items()
        if (alias := next((alias for alias in aliases if alias in columns), None)) is not None
    }
    taken = {field: columns[alias] for field, alias in alias_of.items()}
    if "id" not in taken:
        raise RowError('the row has no "id"')
    product_id = taken["id"]
    if len(product_id) > MAX_ID:
        raise RowError(f"the id is longer than {MAX_ID} characters: {product_id[:40]!r}...")
    category = _category(alias_of.get("category"), taken.get("category"))
    used = {"sale_price_effective_date", *ALIASES["images"], *ALIASES["more_images"]}
    used.update(alias for alias in alias_of.values() if alias not in _CATEGORY_PATHS)
    try:
        price = _price(taken, "price", options)
        sale_price = _price(taken, "sale_price", options)
        if not _on_sale(columns.get("sale_price_effective_date")):
            sale_price = None
        return Product(
            id=product_id,
            title=taken.get("title") or category or "Untitled",
            images=_images(fields, columns),
            description=taken.get("description"),
            link=check_link(taken["link"]) if "link" in taken else None,
            category=category,
            price=price,
            sale_price=sale_price,
            brand=taken.get("brand"),
            color=taken.get("color"),
            gender=taken.get("gender"),
            age_group=taken.get("age_group"),
            group_id=taken.get("group_id"),
            availability=_availability(taken.get("availability")),
            split=_split(taken.get("split") or options.split),
            attributes={name: text for name, text in columns.items() if name not in used},
        )
    except CatalogError as error:
        raise RowError(str(error), product_id=product_id) from error


def plain_text(value: Any) -> str:
    """A field's value as trimmed text without control characters; ``""`` for nothing.

    Raises `RowError` for text that is no valid Unicode.
    """
    if value is None or isinstance(value, (list, tuple, dict)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = _CONTROL.sub("", str(value)).strip()
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise RowError(f"the text {text[:40]!a} is not UTF-8; save the feed as UTF-8") from None
    return text[:MAX_TEXT]


def check_link(link: str) -> str:
    """A product's page. Raises `CatalogError` for anything but an absolute http or https URL."""
    # Browsers skip spaces and control characters in a scheme, so they are taken out to look.
    bare = _INVISIBLE.sub("", link)
    try:
        parts = urllib.parse.urlsplit(bare)
        host = parts.hostname
    except ValueError as error:
        raise CatalogError(f"the link {link[:80]!r} is no URL ({error})") from error
    if parts.scheme.lower() not in ("http", "https") or not host:
        raise CatalogError(f"the link must start with http:// or https://, got {link[:80]!r}")
    return bare


def check_image(image: str) -> str:
    """A picture's URL or relative path. Raises `CatalogError` for another scheme."""
    scheme = _SCHEME.match(_INVISIBLE.sub("", image))
    if scheme is not None and scheme[1].lower() not in ("http", "https"):
        raise CatalogError(
            f"a picture must be an http(s) URL or a file of the feed, got {image[:60]!r}"
        )
    return image


def _images(fields: Mapping[str, Any], columns: Mapping[str, str]) -> tuple[str, ...]:
    named: list[str] = []
    for alias in (*ALIASES["images"], *ALIASES["more_images"]):
        value = fields.get(alias)
        if isinstance(value, (list, tuple)):
            named += [plain_text(entry) for entry in value]
        elif alias in ("images", *ALIASES["more_images"]):
            named += columns.get(alias, "").split(",")
        else:
            named.append(columns.get(alias, ""))
    distinct = _distinct(name.strip() for name in named)
    if not distinct:
        raise CatalogError("the row names no picture; expected one in `image`")
    return tuple(check_image(image) for image in distinct[:MAX_IMAGES])


def _distinct(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(name for name in names if name))


def _price(taken: Mapping[str, str], field: str, options: FeedOptions) -> Price | None:
    if field not in taken:
        return None
    return parse_price(taken[field], taken.get("currency") or options.currency)


def _on_sale(dates: str | None) -> bool:
    """Whether now lies in ``"start/end"`` (ISO 8601); dates that can't be read grant no sale."""
    if dates is None:
        return True
    start, _, end = dates.partition("/")
    try:
        first, last = (
            moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
            for moment in map(datetime.datetime.fromisoformat, (start.strip(), end.strip()))
        )
    except ValueError:
        return False
    return first <= datetime.datetime.now(datetime.UTC) <= last


def _category(alias: str | None, category: str | None) -> str | None:
    if category is None or alias not in _CATEGORY_PATHS:
        return category
    if category.isdigit():  # a number of Google's taxonomy
        return f"Google category {category}"
    return category.rsplit(">", 1)[-1].strip() or None


def _availability(availability: str | None) -> str | None:
    return None if availability is None else availability.lower().replace(" ", "_")


def _split(split: str | None) -> str | None:
    if split is None or split in SPLITS:
        return split
    if split == "validation":
        return "val"
    raise CatalogError(f"split is one of {', '.join(SPLITS)}, got {split[:40]!r}")
