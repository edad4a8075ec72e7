import numpy as np
import pytest

from model.rounding import LARGE, packed, rounded, unpacked


def arrays() -> dict[str, np.ndarray]:
    random = np.random.default_rng(0)
    kernel = random.standard_normal((3, 3, 32, 40)).astype(np.float32)
    kernel *= np.logspace(-6, 3, 40, dtype=np.float32)
    kernel[..., 7] = 0
    return {
        "kernel": kernel,
        "table": random.uniform(-1, 1, (256, 16)).astype(np.float32),
        "gain": random.standard_normal(40).astype(np.float32),
        "small": random.standard_normal((8, 8)).astype(np.float32),
    }


def test_rounding_twice_changes_nothing() -> None:
    once = rounded(arrays())
    for name, array in rounded(once).items():
        np.testing.assert_array_equal(array, once[name])


def test_an_error_is_at_most_half_a_level_of_its_channel() -> None:
    whole, made = arrays(), rounded(arrays())
    for name, levels in (("kernel", 31), ("table", 127)):
        before, after = whole[name], made[name]
        level = np.abs(before).max(axis=tuple(range(before.ndim - 1))) / levels
        assert (np.abs(before - after) <= 0.51 * level).all()
        assert after.dtype == np.float32
    assert (made["kernel"][..., 7] == 0).all()


def test_rounded_arrays_come_back_bit_for_bit_from_a_quarter_of_the_space() -> None:
    whole = rounded(arrays())
    small = packed(whole)
    assert small["kernel"].dtype == np.int8 and small["table"].dtype == np.int8
    assert small["gain"].dtype == small["small"].dtype == np.float16
    for name, array in unpacked(small).items():
        np.testing.assert_array_equal(array, whole[name])
    assert set(unpacked(small)) == set(whole)
    assert small["kernel"].nbytes * 4 == whole["kernel"].nbytes


@pytest.mark.parametrize("value", [1.0 + 2.0**-20, np.inf, np.nan])
def test_what_would_lose_by_it_is_kept_whole(value: float) -> None:
    array = np.full((2, LARGE), 1 / 3, np.float32)
    array[0, 0] = array[1, 0] = value
    array[1, 1] = 0.1
    small = packed({"a": array})
    assert small["a"].dtype == np.float32
    np.testing.assert_array_equal(unpacked(small)["a"], array)


def test_half_precision_arrays_stay_in_half_precision() -> None:
    array = np.random.default_rng(0).standard_normal((64, 64)).astype(np.float16)
    small = packed({"a": array.astype(np.float32)})
    assert small["a"].dtype == np.float16
    np.testing.assert_array_equal(unpacked(small)["a"], array)
