"""Filters: which items pass, and what is said of a filter that can't be."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from server.search.columns import Column, Columns, FilterError, Filters

NAN = float("nan")


def column_of(values: Sequence[str | None]) -> Column:
    names = tuple(dict.fromkeys(value for value in values if value is not None))
    codes = [-1 if value is None else names.index(value) for value in values]
    return Column(names, np.array(codes, np.int32))


def columns() -> Columns:
    return Columns(
        column_of(["Mugs", "Rugs", None, "Mugs"]),
        column_of([None, "A", "B", "A"]),
        column_of(["women", "men", None, "unisex"]),
        column_of(["in_stock", "in_stock", "out_of_stock", None]),
        column_of(["demo"] * 4),
        np.array([1.0, 2.0, 3.0, NAN]),
    )


@pytest.mark.parametrize(
    ("filters", "passing"),
    [
        (Filters(categories=["Mugs"]), [0, 3]),
        (Filters(categories=["Mugs", "Rugs"]), [0, 1, 3]),
        (Filters(exclude_categories=["Mugs"]), [1, 2]),
        (Filters(brands=["A"]), [1, 3]),
        (Filters(brands=["A"], categories=["Mugs"]), [3]),
        (Filters(exclude_brands=["A"]), [0, 2]),
        (Filters(wearers=["women", "unisex"]), [0, 3]),
        (Filters(availability=["in_stock"]), [0, 1]),
        (Filters(availability=["in_stock"], wearers=["men"], exclude_brands=["B"]), [1]),
        (Filters(sources=["demo"]), [0, 1, 2, 3]),
        (Filters(price_min=2), [1, 2]),
        (Filters(price_max=2), [0, 1]),
        (Filters(price_min=2, price_max=2), [1]),
        (Filters(price_min=0), [0, 1, 2]),
        (Filters(categories=["Rugs"], exclude_categories=["Rugs"]), []),
    ],
)
def test_mask(filters: Filters, passing: list[int]):
    mask = columns().mask(filters)
    assert mask is not None
    assert np.flatnonzero(mask).tolist() == passing


def test_no_filter_is_no_mask():
    assert columns().mask(Filters()) is None


@pytest.mark.parametrize("wanted", [1, 4, 5, 30])
@pytest.mark.parametrize(
    ("items", "values"), [(1, 40), (65_536, 128), (65_537, 129), (140_000, 32_769)]
)
def test_as_many_items_and_values_as_there_are(items: int, values: int, wanted: int):
    rng = np.random.default_rng(items)
    names, codes = tuple(map(str, range(values))), rng.integers(-1, values, items, dtype=np.int32)
    column, prices = Column(names, codes), rng.integers(0, 10, items).astype(np.float64)
    of = Columns(column, column, column, column, column, prices)
    chosen, left_out = rng.permutation(values)[:wanted], rng.permutation(values)[:wanted]
    chosen[0] = values - 1
    excluded = rng.integers(0, items, 3).tolist()
    mask = of.mask(
        Filters(
            categories=[names[code] for code in chosen],
            exclude_brands=[names[code] for code in left_out],
            price_min=2.0,
        ),
        excluded,
    )
    passes = np.isin(codes, chosen) & ~np.isin(codes, left_out) & (prices >= 2.0)
    passes[excluded] = False
    np.testing.assert_array_equal(mask, passes)


def test_excluded_items_never_pass():
    assert columns().mask(Filters(), [1, 3]).tolist() == [True, False, True, False]
    assert columns().mask(Filters(categories=["Mugs"]), [3]).tolist() == [True, False, False, False]


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        (Filters(categories=["mugs"]), r"did you mean 'Mugs', 'Rugs'\?$"),
        (Filters(wearers=["WOMAN"]), r"did you mean 'women', 'men'\?$"),
        (Filters(brands=["zzz"]), "there are 'A', 'B'$"),
        (Filters(exclude_categories=["?"]), "exclude_categories"),
        (Filters(price_min=3, price_max=2), "above"),
    ],
)
def test_a_filter_that_cannot_be(filters: Filters, said: str):
    with pytest.raises(FilterError, match=said):
        columns().mask(filters)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "this catalogue has none$"),
        (10, "there are '00', .*, '09'$"),
        (11, "there are '00', .*, '09' and 1 more$"),
    ],
)
def test_of_many_values_ten_are_named(number: int, said: str):
    column = column_of([f"{each:02}" for each in range(number)])
    with pytest.raises(FilterError, match=said):
        column.is_one_of(["zzz"], "brands")


def test_a_very_long_name_is_not_repeated_whole():
    with pytest.raises(FilterError) as refused:
        columns().mask(Filters(brands=["z" * 10_000]))
    assert "z" * 80 in str(refused.value) and "z" * 81 not in str(refused.value)
