"""What the filters look at: one value an item for category, brand, wearer, price and the like."""

from __future__ import annotations

import dataclasses
import difflib
import functools
import operator
from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Bool, Float64, Int, Int32

_BLOCK = 1 << 16  # items looked at at a time: what is found of them stays within the caches
_FEW = 4  # values that are sooner compared with one by one than looked up

_Test = Callable[[slice], Bool[np.ndarray, " part"]]  # which of these items pass


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


@dataclasses.dataclass(frozen=True)
class Column:
    """Names by code; an item without a value has the code -1."""

    names: tuple[str, ...]
    codes: Int32[np.ndarray, " items"]

    def is_one_of(self, wanted: Sequence[str], field: str) -> _Test:
        """Whether items have one of the values `wanted`; raises `FilterError` for an unknown one."""
        for name in wanted:
            if name not in self._code_of:
                raise FilterError(
                    f"unknown value {name[:80]!r} in filters.{field}: {self._near(name)}"
                )
        codes = [self._code_of[name] for name in wanted]
        if len(codes) <= _FEW:
            return lambda part: functools.reduce(
                operator.or_, [self._narrow[part] == code for code in codes]
            )
        passes = np.zeros(len(self.names) + 1, bool)  # the last place belongs to code -1
        passes[codes] = True
        return lambda part: passes.take(self._narrow[part])

    @functools.cached_property
    def _narrow(self) -> Int[np.ndarray, " items"]:
        """The codes in as few bytes as they fit into: reading them is what takes the time."""
        return self.codes.astype(np.min_scalar_type(-max(len(self.names), 1)))

    @functools.cached_property
    def _code_of(self) -> dict[str, int]:
        return {name: code for code, name in enumerate(self.names)}

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
    """The columns of all items of an index, in item order; `reference_price` is in US dollars, NaN
    where unknown."""

    category: Column
    brand: Column
    wearer: Column
    availability: Column
    source: Column
    reference_price: Float64[np.ndarray, " items"]

    def mask(
        self, filters: Filters, excluded: Sequence[int] = ()
    ) -> Bool[np.ndarray, " items"] | None:
        """Which items pass, or `None` where all do; the items `excluded` never do.

        Raises `FilterError`.
        """
        tests = self._tests(filters)
        if not tests and not excluded:
            return None
        passes = np.empty(len(self.reference_price), bool)
        for start in range(0, len(passes), _BLOCK):
            part = slice(start, start + _BLOCK)
            found = (test(part) for test in tests)
            passes[part] = functools.reduce(operator.and_, found) if tests else True
        passes[np.asarray(excluded, np.int64)] = False
        return passes

    def _tests(self, filters: Filters) -> list[_Test]:
        """One for each thing that is asked."""
        low, high, prices = filters.price_min, filters.price_max, self.reference_price
        if low is not None and high is not None and low > high:
            raise FilterError(f"filters.price_min {low:g} is above filters.price_max {high:g}")
        tests: list[_Test] = []
        for field, column in (
            ("categories", self.category),
            ("brands", self.brand),
            ("wearers", self.wearer),
            ("availability", self.availability),
            ("sources", self.source),
        ):
            if wanted := getattr(filters, field):
                tests.append(column.is_one_of(wanted, field))
        for field, column in (
            ("exclude_categories", self.category),
            ("exclude_brands", self.brand),
        ):
            if unwanted := getattr(filters, field):
                tests.append(_not(column.is_one_of(unwanted, field)))
        if low is not None:
            tests.append(lambda part: prices[part] >= low)  # false for NaN, as documented
        if high is not None:
            tests.append(lambda part: prices[part] <= high)
        return tests


def _not(test: _Test) -> _Test:
    return lambda part: ~test(part)
