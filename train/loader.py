"""Batches for the loop: records read at random, decoded, augmented, stacked, ahead of need."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import grain
import numpy as np
from PIL import Image

from catalog.product import CatalogError
from model.preprocess import to_canvas
from model.text import TextConfig, tokens_of
from train.augment import AugmentConfig, augmented_canvas, recoloured
from train.config import TrainConfig
from train.labels import Labels
from train.places import placed_views
from train.sampler import Sampler
from train.styles import styles

Batch = dict[str, np.ndarray]

STAND_INS = 100  # unreadable records in a row: then it is not this or that picture any more

log = logging.getLogger(__name__)


class Batches:
    """``batches[step]`` is that step's batch, always the same one for the same seed.

    Keys: ``canvases`` uint8 ``(views, S, S, 3)``, the pictures' first views, then the twins'
    second views; ``recoloured`` bool ``(twins,)``, which of those have other colours than in truth;
    ``tokens`` and ``style_tokens`` int32 ``(pictures, tokens)``, the titles and what is left of
    them without words for colours (both left out without ``text``); ``source``, ``row``,
    ``title``, ``style`` and each label column int32 and ``log_price`` float32, all
    ``(pictures,)``. Pictures whose role is "background" also serve as grounds for others.

    A record that can't be read (a damaged file) does not end a run of hours: the next one stands
    in for it, labels and all, and a warning says so once.
    """

    def __init__(
        self,
        records: Any,
        labels: Labels,
        sampler: Sampler,
        *,
        twins: int,
        canvas_at: Any,
        augment_at: Callable[[int], AugmentConfig],
        text: TextConfig | None = None,
        steps: int,
        seed: int,
    ):
        self._records, self._labels, self._sampler = records, labels, sampler
        self._twins, self._canvas_at, self._augment_at = twins, canvas_at, augment_at
        self._steps, self._seed = steps, seed
        self._style, style_words = styles(labels)
        self._tokens = {}
        if text is not None:
            nothing = np.zeros((1, text.tokens), np.int32)  # the last row: no title
            for name, texts in (("tokens", labels.titles), ("style_tokens", style_words)):
                rows = [tokens_of(words, text)[None] for words in texts]
                self._tokens[name] = np.concatenate([*rows, nothing])
        self._grounds = labels.having("role", "background")
        self._ground = self._drawn_ground if len(self._grounds) else None
        self._unreadable: set[int] = set()

    @classmethod
    def of(cls, config: TrainConfig, records: Any, labels: Labels) -> Batches:
        """The batches of a run with this config."""
        return cls(
            records,
            labels,
            Sampler(labels, config.batch, config.seed),
            twins=config.batch.twins,
            canvas_at=config.canvas_at,
            augment_at=config.augment_at,
            text=config.text,
            steps=config.steps,
            seed=config.seed,
        )

    def __len__(self) -> int:
        return self._steps

    @property
    def pictures(self) -> int:
        """How many pictures there are to draw from."""
        return len(self._labels)

    def views(
        self,
        number: int,
        canvas: int,
        rng: np.random.Generator,
        augments: Sequence[AugmentConfig],
    ) -> tuple[int, np.ndarray]:
        """A picture as it is and as each of ``augments`` makes it, by its chance in other colours,
        uint8 ``(1 + augments, S, S, 3)``, and the number of its record, which is another one where
        that record can't be read."""
        number, image = self._readable(number)
        views = [to_canvas(image, canvas)]
        for augment in augments:
            changed = augmented_canvas(image, canvas, rng, augment, self._ground)
            other = rng.random() < augment.recolour
            views.append(recoloured(changed, rng) if other else changed)
        return number, np.stack(views)

    def placed_views(self, number: int, canvas: int, rng: np.random.Generator) -> np.ndarray:
        """The picture in a place, uint8 ``(2, S, S, 3)``: whole, and by its middle."""
        return placed_views(self._readable(number)[1], canvas, rng, self._ground)

    def blocks(
        self, numbers: np.ndarray, canvas: int, size: int = 250
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Pictures as they are, ``size`` at a time: the numbers of their records, as read, and
        their canvases, uint8 ``(size, S, S, 3)``, of which the last block's end is black."""
        for start in range(0, len(numbers), size):
            block = [self._readable(int(number)) for number in numbers[start : start + size]]
            canvases = np.zeros((size, canvas, canvas, 3), np.uint8)
            for place, (_, image) in enumerate(block):
                canvases[place] = to_canvas(image, canvas)
            yield np.array([number for number, _ in block]), canvases

    def _drawn_ground(self, rng: np.random.Generator) -> Image.Image:
        number = self._grounds[rng.integers(len(self._grounds))]
        return self._readable(int(number))[1]

    def _readable(self, number: int) -> tuple[int, Image.Image]:
        """A record's number and picture, or those of the next record that can be read."""
        count = len(self._labels)
        for candidate in range(number, number + min(STAND_INS, count)):
            candidate %= count
            try:
                return candidate, decoded(self._records[candidate]["picture"])
            except CatalogError as error:
                if candidate not in self._unreadable:
                    self._unreadable.add(candidate)
                    log.warning(
                        "%s; until then the next record stands in (unreadable so far: %d of %d)",
                        error,
                        len(self._unreadable),
                        count,
                    )
        raise CatalogError(f"record {number} and the {STAND_INS} after it can't be read")

    def __getitem__(self, step: int) -> Batch:
        numbers = self._sampler.batch(int(step))
        canvas, augment = self._canvas_at(int(step)), self._augment_at(int(step))
        views = np.empty((len(numbers) + self._twins, canvas, canvas, 3), np.uint8)
        other = np.zeros(self._twins, bool)
        for place in range(len(numbers)):
            numbers[place], image = self._readable(int(numbers[place]))
            rng = np.random.default_rng((self._seed, 1, int(step), place))
            views[place] = augmented_canvas(image, canvas, rng, augment, self._ground)
            if place < self._twins:
                second = augmented_canvas(image, canvas, rng, augment, self._ground)
                other[place] = rng.random() < augment.recolour
                views[len(numbers) + place] = recoloured(second, rng) if other[place] else second
        return {"canvases": views, "recoloured": other, **self.labels_of(numbers)}

    def labels_of(self, numbers: np.ndarray) -> Batch:
        """What a batch says of the pictures of these record numbers."""
        labels = self._labels
        batch = {
            "source": labels.source[numbers],
            "row": labels.row[numbers].astype(np.int32),
            "title": labels.title[numbers],
            "style": self._style[numbers],
            "log_price": labels.log_price[numbers],
            **{column: codes[numbers] for column, codes in labels.codes.items()},
        }
        for name, codes in (("tokens", batch["title"]), ("style_tokens", batch["style"])):
            if name in self._tokens:
                batch[name] = self._tokens[name][codes]
        return batch


def decoded(picture: bytes) -> Image.Image:
    """A stored picture's pixels. The picture store verified it when it came in.

    Raises:
        CatalogError: it was damaged since.
    """
    try:
        return Image.open(io.BytesIO(picture)).convert("RGB")
    except Exception as error:  # on damaged bytes Pillow's readers raise nearly anything
        raise CatalogError(
            f"a picture of the dataset is damaged ({error}): remove `datasets` in the catalogue's "
            "home, it is built anew"
        ) from error


def iterate(batches: Batches, start: int, threads: int = 2) -> Iterator[Batch]:
    """The batches from step ``start`` on, made by threads ahead of need (Grain)."""
    dataset = grain.MapDataset.source(batches)[start:]
    options = grain.ReadOptions(num_threads=threads, prefetch_buffer_size=2 * threads)
    return iter(dataset.to_iter_dataset(options))
