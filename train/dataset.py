"""The TensorFlow Datasets builder over a catalogue: one example a picture, split by product.

Pictures are stored as the encoded bytes they have in the picture store, in ArrayRecord files, so
that TensorFlow itself is never needed and any record can be read at random.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow_datasets as tfds

from catalog.product import CatalogError, StoredProduct
from catalog.store import Catalog

SPLITS = ("train", "val", "test")
LABEL_COLUMNS = ("category", "color", "gender", "brand", "season", "usage", "role")
UNSPLIT_SHARES = (0.9, 0.05)  # train, val; the rest is test


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
        with Catalog(self._home) as catalogue:
            for stored in catalogue.products():
                if split_of(stored) != split:
                    continue
                product, price = stored.product, stored.reference_price
                for place, picture in enumerate(stored.pictures):
                    yield (
                        f"{stored.key}#{place}",
                        {
                            "picture": catalogue.pictures.read(picture),
                            "row": stored.row,
                            "key": stored.key,
                            "group": f"{stored.source}:{product.group_id or product.id}",
                            "source": stored.source,
                            "title": stored.product.title,
                            "reference_price": price if price and price > 0 else float("nan"),
                            **{name: column_of(stored, name) for name in LABEL_COLUMNS},
                        },
                    )


def open_dataset(home: Path, split: str) -> Any:
    """The records of one split, readable at random; built at first use for each revision.

    ``split`` is one of ``SPLITS``, or several joined by a plus ("val+test"). Each record is a dict
    with ``picture`` as encoded bytes.

    Raises:
        CatalogError: the catalogue is empty, or has no picture in this split.
    """
    with Catalog(home) as catalogue:
        revision, count = catalogue.revision(), catalogue.count()
    if not count:
        raise CatalogError(f"{home} has no products: import a feed first (samevibe import --help)")
    tfds.disable_progress_bar()
    builder = CataloguePictures(
        home=home, data_dir=Path(home) / "datasets" / f"revision-{revision}"
    )
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
    return Joined(
        [builder.as_data_source(split=part, decoders=decoders) for part in parts if counts[part]]
    )


class Joined:
    """Several sequences as one."""

    def __init__(self, parts: Sequence[Any]):
        self._parts = parts
        self._ends = np.cumsum([len(part) for part in parts])

    def __len__(self) -> int:
        return int(self._ends[-1])

    def __getitem__(self, index: int) -> Any:
        part = int(np.searchsorted(self._ends, index, side="right"))
        return self._parts[part][index - int(self._ends[part]) + len(self._parts[part])]


class Selected:
    """Some records of a sequence, in the order of their numbers."""

    def __init__(self, records: Any, numbers: Sequence[int]):
        self._records, self._numbers = records, numbers

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, index: int) -> Any:
        return self._records[int(self._numbers[index])]
