from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from catalog.product import CatalogError, Product, StoredProduct
from catalog.store import Catalog
from tests.full_disk import no_file_over
from train.dataset import SPLITS, Records, open_dataset, split_of
from train.labels import canonical, read_labels
from train.loader import decoded


def stored(**fields: object) -> StoredProduct:
    return StoredProduct(1, "shop", Product(id="1", title="", images=(), **fields), None, ())


def test_every_picture_is_in_one_split(shapes_home: Path) -> None:
    rows = [read_labels(open_dataset(shapes_home, split)).row for split in SPLITS]
    together = np.concatenate(rows)
    assert len(together) == len(set(together.tolist())) == 300
    assert len(rows[0]) > 240 and len(rows[1]) > 0 and len(rows[2]) > 0


def test_splits_add_up(shapes_home: Path) -> None:
    both = read_labels(open_dataset(shapes_home, "val+test")).row.tolist()
    apart = [read_labels(open_dataset(shapes_home, s)).row.tolist() for s in ("val", "test")]
    assert both == apart[0] + apart[1]


def test_records_hold_the_picture_and_its_labels(shapes_home: Path) -> None:
    records = open_dataset(shapes_home, "train")
    labels = read_labels(records)
    with Catalog(shapes_home) as catalogue:
        for index in (0, len(records) - 1):
            product = catalogue.products_by_row([int(labels.row[index])])[int(labels.row[index])]
            names = labels.names
            assert names["category"][labels.codes["category"][index]] == product.product.category
            assert names["color"][labels.codes["color"][index]] == product.product.color
            assert np.exp(labels.log_price[index]) == pytest.approx(product.reference_price)
            assert records[index]["picture"] == catalogue.pictures.read(product.pictures[0])
            assert decoded(records[index]["picture"]).size == (64, 64)


def test_labels_are_read_without_the_pictures(
    shapes_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = open_dataset(shapes_home, "val+test")
    one_by_one = read_labels([records[index] for index in range(len(records))])
    monkeypatch.setattr(Records, "__getitem__", None)
    labels = read_labels(open_dataset(shapes_home, "val+test"))
    assert labels.names == one_by_one.names and labels.titles == one_by_one.titles
    for name in ("source", "log_price", "row", "group", "title"):
        np.testing.assert_array_equal(getattr(labels, name), getattr(one_by_one, name))
    for column, codes in labels.codes.items():
        np.testing.assert_array_equal(codes, one_by_one.codes[column])


def test_a_dataset_from_before_there_were_labels_files_gets_them(
    make_shapes: Callable[..., Path], tmp_path: Path
) -> None:
    home = make_shapes(tmp_path, 12, split="train")
    first = read_labels(open_dataset(home, "train"))
    (path,) = home.rglob("labels-train.jsonl")
    path.unlink()
    path.with_suffix(".1.part").write_text("cut off")
    np.testing.assert_array_equal(read_labels(open_dataset(home, "train")).row, first.row)
    assert path.exists()


def test_a_disk_that_refuses_the_dataset_is_said_and_it_is_made_the_next_time(
    make_shapes: Callable[..., Path], tmp_path: Path
) -> None:
    home = make_shapes(tmp_path, 300)
    with (
        no_file_over(50_000),
        pytest.raises(CatalogError, match=r"can't write the dataset in .+ room"),
    ):
        open_dataset(home, "train")
    assert len(open_dataset(home, "train")) > 200


def test_the_given_split_is_respected() -> None:
    assert split_of(stored(split="test")) == "test"
    assert split_of(stored(split="validation")) == "val"


def test_variants_of_a_style_share_a_split() -> None:
    splits = {
        split_of(StoredProduct(n, "shop", Product(str(n), "", (), group_id="style"), None, ()))
        for n in range(40)
    }
    assert len(splits) == 1


def test_an_unknown_split_and_an_empty_catalogue_are_explained(
    shapes_home: Path, tmp_path: Path
) -> None:
    with pytest.raises(CatalogError, match="no split 'tset'"):
        open_dataset(shapes_home, "tset")
    Catalog(tmp_path, create=True).close()
    with pytest.raises(CatalogError, match="no products"):
        open_dataset(tmp_path, "train")


@pytest.mark.parametrize(
    ("first", "second"),
    [("T-Shirt", "Tshirts"), ("Dress", "Dresses"), ("home_decor", "Home Decor")],
)
def test_one_word_for_one_category(first: str, second: str) -> None:
    assert canonical(first) == canonical(second)


def test_other_categories_stay_apart() -> None:
    assert len({canonical(word) for word in ("Shirts", "Tshirts", "Shorts", "Skirts")}) == 4


def test_a_split_without_products_is_said_and_the_others_still_open(
    make_shapes: Callable[..., Path], tmp_path: Path
) -> None:
    home = make_shapes(tmp_path, 12, split="test")
    assert len(open_dataset(home, "test")) == 12
    assert len(open_dataset(home, "train+test")) == 12
    with pytest.raises(CatalogError, match="no pictures in split 'train'"):
        open_dataset(home, "train")
