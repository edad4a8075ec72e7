"""What the filters look at: one value an item for category, brand, wearer, price and the like."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterable, Sequence

import numpy as np
from jaxtyping import Bool, Float64, Int32


class FilterError(ValueError):
    """A filter that names what the catalogue does not have, or contradicts itself."""


@dataclasses.dataclass(frozen=True, slots=True)
class Filters:
    """Which items may be ranked. Empty lists and `None` filter nothing.

    An item without a value is left out by a list of values to keep, and stays under a list of
    values to exclude. Wearers are the feed's genders ("women", "unisex"...).

    Prices are in the reference currency (US dollars), both ends included. An item without a
    reference price is left out as soon as either price is given.
    """

    categories: Sequence[str] = ()
    exclude_categories: Sequence[str] = ()
    brands: Sequence[str] = ()
    exclude_brands: Sequence[str] = ()
    wearers: Sequence[str] = ()
    availability: Sequence[str] = ()
    sources: Sequence[str] = ()
    price_min: float | None = None
    price_max: float | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """Names by code; an item without a value has the code -1."""

    names: tuple[str, ...]
    codes: Int32[np.ndarray, " items"]

    @classmethod
    def of(cls, values: Iterable[str | None]) -> Column:
        known: dict[str | None, int] = {None: -1}
        codes = [known.setdefault(value, len(known) - 1) for value in values]
        return cls(tuple(name for name in known if name is not None), np.array(codes, np.int32))

    def holds_one_of(self, wanted: Sequence[str], field: str) -> Bool[np.ndarray, " items"]:
        """Whether each item's value is among `wanted`; raises `FilterError` for an unknown one."""
        code_of = {name: code for code, name in enumerate(self.names)}
        passes = np.zeros(len(self.names) + 1, bool)  # the last place belongs to code -1
        for name in wanted:
            if name not in code_of:
                raise FilterError(
                    f"unknown value {name[:80]!r} in filters.{field}: {self._near(name)}"
                )
            passes[code_of[name]] = True
        return passes[self.codes]

    def _near(self, name: str) -> str:
        by_lower_case = {known.lower(): known for known in self.names}
        close = difflib.get_close_matches(name[:80].lower(), by_lower_case, n=5, cutoff=0.5)
        if close:
            return "did you mean " + ", ".join(repr(by_lower_case[each]) for each in close) + "?"
        some = ", ".join(repr(known) for known in sorted(self.names)[:10])
        more = f" and {len(self.names) - 10} more" if len(self.names) > 10 else ""
        return f"there are {some}{more}" if some else "this catalogue has none"


@dataclasses.dataclass(frozen=True, slots=True)
class Columns:
    """The columns of all items of an index, in item order.

    `present` is false for an item whose product has left the catalogue since it was indexed;
    `reference_price` is in US dollars, NaN where unknown.
    """

    category: Column
    brand: Column
    wearer: Column
    availability: Column
    source: Column
    reference_price: Float64[np.ndarray, " items"]
    present: Bool[np.ndarray, " items"]

    def mask(
        self, filters: Filters, excluded: Sequence[int] = ()
    ) -> Bool[np.ndarray, " items"] | None:
        """Which items pass, or `None` where all do; the items `excluded` never do.

        Raises `FilterError`.
        """
        low, high = filters.price_min, filters.price_max
        if low is not None and high is not None and low > high:
            raise FilterError(f"filters.price_min {low:g} is above filters.price_max {high:g}")
        conditions = [] if self.present.all() else [self.present]
        for field, column in (
            ("categories", self.category),
            ("brands", self.brand),
            ("wearers", self.wearer),
            ("availability", self.availability),
            ("sources", self.source),
        ):
            if wanted := getattr(filters, field):
                conditions.append(column.holds_one_of(wanted, field))
        for field, column in (
            ("exclude_categories", self.category),
            ("exclude_brands", self.brand),
        ):
            if unwanted := getattr(filters, field):
                conditions.append(~column.holds_one_of(unwanted, field))
        if low is not None:
            conditions.append(self.reference_price >= low)  # false for NaN, as documented
        if high is not None:
            conditions.append(self.reference_price <= high)
        if excluded:
            others = np.ones(len(self.present), bool)
            others[np.asarray(excluded, np.int64)] = False
            conditions.append(others)
        return np.logical_and.reduce(conditions) if conditions else None
