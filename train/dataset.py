"""The TensorFlow Datasets builder over a catalogue: one example a picture, split by product.

Pictures are stored as the encoded bytes they have in the picture store, in ArrayRecord files, so
that TensorFlow itself is never needed and any record can be read at random. Beside them, a labels
file a split (JSON lines, in the records' order) holds everything but the pictures: who only wants
labels need not read gigabytes of JPEG.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow_datasets as tfds

from catalog.product import CatalogError, StoredProduct
from catalog.store import Catalog
from train.disk import refusals

SPLITS = ("train", "val", "test")
LABEL_COLUMNS = ("category", "color", "gender", "brand", "season", "usage", "role")
UNSPLIT_SHARES = (0.9, 0.05)  # train, val; the rest is test

log = logging.getLogger(__name__)


def split_of(product: StoredProduct) -> str:
    """The feed's split where it gives one; else by a hash of the product's group, so that the
    colours and sizes of one style never meet on both sides."""
    given = (product.product.split or "").lower()
    if given:
        given = {"valid": "val", "validation": "val"}.get(given, given)
        return given if given in SPLITS else "train"
    group = f"{product.source}:{product.product.group_id or product.product.id}"
    draw = int.from_bytes(hashlib.sha256(group.encode()).digest()[:4], "big") / 2**32
    if draw < UNSPLIT_SHARES[0]:
        return "train"
    return "val" if draw < sum(UNSPLIT_SHARES) else "test"


def column_of(product: StoredProduct, column: str) -> str:
    """A label column's value, or an empty string where it is unknown."""
    value = getattr(product.product, column, None)
    if value is None:
        value = product.product.attributes.get(column)
    return str(value) if value else ""


class CataloguePictures(tfds.core.GeneratorBasedBuilder):
    """The live pictures of a catalogue with their labels; its version is the revision."""

    VERSION = tfds.core.Version("1.1.0")

    def __init__(self, *, home: Path | str, **options: Any):
        self._home = Path(home)
        super().__init__(file_format="array_record", **options)

    def _info(self) -> tfds.core.DatasetInfo:
        texts = ("key", "group", "source", "title", *LABEL_COLUMNS)
        return self.dataset_info_from_configs(
            description="Pictures of one samevibe catalogue.",
            features=tfds.features.FeaturesDict(
                {
                    "picture": tfds.features.Image(shape=(None, None, 3), encoding_format="jpeg"),
                    "row": np.int64,
                    "reference_price": np.float64,  # US dollars; not a number where unknown
                    **{name: tfds.features.Text() for name in texts},
                }
            ),
        )

    def _split_generators(self, dl_manager: Any) -> dict[str, Iterator[tuple[str, dict]]]:
        with Catalog(self._home) as catalogue:  # an empty split can't be written
            used = {split_of(stored) for stored in catalogue.products() if stored.pictures}
        return {split: self._generate_examples(split) for split in SPLITS if split in used}

    def _generate_examples(self, split: str) -> Iterator[tuple[str, dict[str, Any]]]:
        lost = 0
        with Catalog(self._home) as catalogue:
            for stored in catalogue.products():
                if split_of(stored) != split:
                    continue
                product, price = stored.product, stored.reference_price
                for place, picture in enumerate(stored.pictures):
                    try:
                        encoded = catalogue.pictures.read(picture)
                    except KeyError:
                        lost += 1
                        continue
                    yield (
                        f"{stored.key}#{place}",
                        {
                            "picture": encoded,
                            "row": stored.row,
                            "key": stored.key,
                            "group": f"{stored.source}:{product.group_id or product.id}",
                            "source": stored.source,
                            "title": stored.product.title,
                            "reference_price": price if price and price > 0 else float("nan"),
                            **{name: column_of(stored, name) for name in LABEL_COLUMNS},
                        },
                    )
        if lost:
            log.warning(
                "%d pictures of split %s are lost or damaged in %s and were left out; to have them "
                "too, import their feed again and remove %s",
                lost,
                split,
                self._home,
                self._home / "datasets",
            )


def open_dataset(home: Path, split: str) -> Any:
    """The records of one split, readable at random; built at first use for each revision.

    ``split`` is one of ``SPLITS``, or several joined by a plus ("val+test"). Each record is a dict
    with ``picture`` as encoded bytes.

    Raises:
        CatalogError: the catalogue is empty, or has no picture in this split, or the disk refuses.
    """
    with Catalog(home) as catalogue:
        revision, count = catalogue.revision(), catalogue.count()
    if not count:
        raise CatalogError(f"{home} has no products: import a feed first (samevibe import --help)")
    tfds.disable_progress_bar()
    builder = CataloguePictures(
        home=home, data_dir=Path(home) / "datasets" / f"revision-{revision}"
    )
    with refusals("the dataset", Path(builder.data_dir), "it is made anew"):
        builder.download_and_prepare()
    decoders = {"picture": tfds.decode.SkipDecoding()}
    parts = split.split("+")
    if not set(parts) <= set(SPLITS):
        raise CatalogError(
            f"no split {split!r}; there are {', '.join(SPLITS)}, and sums like val+test"
        )
    written = builder.info.splits
    counts = {part: written[part].num_examples if part in written else 0 for part in parts}
    if not any(counts.values()):
        raise CatalogError(f"{home} has no pictures in split {split!r}: it has too few products")
    folder = Path(builder.data_dir)
    return Records(
        [
            (builder.as_data_source(split=part, decoders=decoders), folder / f"labels-{part}.jsonl")
            for part in parts
            if counts[part]
        ]
    )


class Records:
    """The records of one or several splits as one sequence.

    ``parts``: a random-access sequence of records each, and the path of its labels file, which is
    written here where it is not there yet.
    """

    def __init__(self, parts: Sequence[tuple[Any, Path]]):
        self._parts = [records for records, _ in parts]
        self._label_files = [path for _, path in parts]
        self._ends = np.cumsum([len(part) for part in self._parts])
        for records, path in parts:
            if not path.exists():
                _write_labels(records, path)

    def __len__(self) -> int:
        return int(self._ends[-1])

    def __getitem__(self, index: int) -> Any:
        """One record. Raises `CatalogError` where its file is damaged."""
        part = int(np.searchsorted(self._ends, index, side="right"))
        within = index - int(self._ends[part]) + len(self._parts[part])
        return _record(self._parts[part], within, self._label_files[part].parent)

    def without_pictures(self) -> Iterator[dict[str, Any]]:
        """The records in order, less their pictures: read from the labels files."""
        for path in self._label_files:
            with path.open(encoding="utf-8") as lines:
                yield from map(json.loads, lines)


def _write_labels(records: Any, path: Path) -> None:
    """One pass over the records; the file appears only once it is whole."""
    unfinished = path.with_suffix(f".{os.getpid()}.part")
    with unfinished.open("w", encoding="utf-8") as file:
        for index in range(len(records)):
            record = _record(records, index, path.parent)
            plain = {name: _plain(value) for name, value in record.items() if name != "picture"}
            file.write(json.dumps(plain, ensure_ascii=False) + "\n")
    unfinished.replace(path)


def _record(records: Any, index: int, folder: Path) -> Any:
    try:
        return records[index]
    except Exception as error:  # the reader's own kinds of error are not documented
        raise CatalogError(
            f"record {index} of {folder} can't be read ({error}): remove that folder, it is built "
            "anew from the catalogue"
        ) from error


def _plain(value: Any) -> str | int | float:
    return value.decode() if isinstance(value, bytes) else np.asarray(value).item()


def without_pictures(records: Records | Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """What there is to know of records without reading their pictures, where that is possible."""
    return records.without_pictures() if isinstance(records, Records) else records


class Selected:
    """Some records of a sequence, in the order of their numbers."""

    def __init__(self, records: Any, numbers: Sequence[int]):
        self._records, self._numbers = records, numbers

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, index: int) -> Any:
        return self._records[int(self._numbers[index])]
