"""The labels of a split as integer arrays: what the sampler draws by and the objectives see."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import numpy as np

from train.dataset import LABEL_COLUMNS, Selected, without_pictures

UNKNOWN = -1
UNTITLED = "Untitled"  # what the importer writes where a feed gives no title


def canonical(label: str) -> str:
    """One spelling for the ways shops write a label: "T-Shirt" and "Tshirts" are one."""
    word = re.sub(r"[\W_]+", "", label.lower())
    if word.endswith("sses"):
        return word[:-2]
    return word if word.endswith("ss") else word.removesuffix("s") or word


@dataclasses.dataclass(frozen=True)
class Labels:
    """Labels of ``n`` pictures.

    ``codes[column]``: int32 ``(n,)``, -1 where unknown; ``names[column]`` gives each code's name.
    ``source``: int32 ``(n,)``, the feed. ``log_price``: float32 ``(n,)``, natural log of US
    dollars, not a number where unknown. ``row``: int64 ``(n,)``, the product; ``group``: int32
    ``(n,)``, the product and its variants. ``title``: int32 ``(n,)``, the place in ``titles``, -1
    where there is none.
    """

    codes: dict[str, np.ndarray]
    names: dict[str, tuple[str, ...]]
    source: np.ndarray
    sources: tuple[str, ...]
    log_price: np.ndarray
    row: np.ndarray
    group: np.ndarray
    title: np.ndarray
    titles: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.source)

    def has(self, column: str) -> bool:
        """Whether a column can teach anything: two values at least, on two pictures each."""
        if column == "price":
            known = self.log_price[np.isfinite(self.log_price)]
            return len(known) >= 4 and float(np.ptp(known)) > 1e-6
        counts = np.bincount(self.codes[column][self.codes[column] >= 0])
        return int(np.sum(counts >= 2)) >= 2

    def having(self, column: str, name: str) -> np.ndarray:
        """The numbers of the pictures whose label in a column is ``name``."""
        if name not in self.names[column]:
            return np.empty(0, np.int64)
        return np.flatnonzero(self.codes[column] == self.names[column].index(name))

    def part(self, rows: np.ndarray) -> Labels:
        """The labels of some of the pictures."""
        return dataclasses.replace(
            self,
            codes={name: codes[rows] for name, codes in self.codes.items()},
            source=self.source[rows],
            log_price=self.log_price[rows],
            row=self.row[rows],
            group=self.group[rows],
            title=self.title[rows],
        )

    def classes_of_source(self, column: str) -> np.ndarray:
        """Bool ``(sources, classes)``: which classes a feed uses at all. A feed that never says
        "cargo shorts" says nothing against them, so its pictures are no negatives for it."""
        seen = np.zeros((len(self.sources), max(1, len(self.names[column]))), bool)
        known = self.codes[column] >= 0
        seen[self.source[known], self.codes[column][known]] = True
        return seen


def read_labels(records: Any) -> Labels:
    """Read the labels of all records of a split, not their pictures."""
    codes: dict[str, list[int]] = {column: [] for column in LABEL_COLUMNS}
    books: dict[str, dict[str, int]] = {column: {} for column in LABEL_COLUMNS}
    names: dict[str, list[str]] = {column: [] for column in LABEL_COLUMNS}
    sources: dict[str, int] = {}
    groups: dict[str, int] = {}
    titles: dict[str, int] = {}
    source, price, row, group, title = [], [], [], [], []
    for record in without_pictures(records):
        for column in LABEL_COLUMNS:
            text = _text(record[column])
            if not text:
                codes[column].append(UNKNOWN)
                continue
            word = canonical(text)
            if word not in books[column]:
                books[column][word] = len(books[column])
                names[column].append(text)
            codes[column].append(books[column][word])
        source.append(sources.setdefault(_text(record["source"]), len(sources)))
        price.append(float(record["reference_price"]))
        row.append(int(record["row"]))
        group.append(groups.setdefault(_text(record["group"]), len(groups)))
        words = _text(record["title"]).strip()
        named = words not in ("", UNTITLED)
        title.append(titles.setdefault(words, len(titles)) if named else UNKNOWN)
    return Labels(
        codes={column: np.asarray(values, np.int32) for column, values in codes.items()},
        names={column: tuple(values) for column, values in names.items()},
        source=np.asarray(source, np.int32),
        sources=tuple(sources),
        log_price=np.log(np.asarray(price, np.float32)),
        row=np.asarray(row, np.int64),
        group=np.asarray(group, np.int32),
        title=np.asarray(title, np.int32),
        titles=tuple(titles),
    )


def largest_feed(records: Any) -> tuple[str, Any, Labels]:
    """The name, records and labels of a split's largest feed: for figures that choose something,
    which over several feeds would be won by telling the feeds apart."""
    labels = read_labels(records)
    feed = int(np.bincount(labels.source).argmax())
    numbers = np.flatnonzero(labels.source == feed)
    return labels.sources[feed], Selected(records, numbers.tolist()), labels.part(numbers)


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
