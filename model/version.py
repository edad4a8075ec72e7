"""A version: the folder with weights, config and model card, written whole and verified at load.

``model.safetensors`` holds the fused arrays (in 8 bits or half precision where that loses nothing),
``config.json`` the architecture, the facets, the preprocessing and the hash of the weights,
``README.md`` the model card.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from catalog.files import replace_folder
from model.backbone import BackboneConfig
from model.facets import FacetLayout
from model.preprocess import STATEMENT, preprocessing_hash
from model.prototypes import Posterior
from model.rounding import packed, unpacked
from model.text import TextConfig

FORMAT = 3  # 1 had no arrays in 8 bits, 2 no facets told apart in more dimensions than their own
WEIGHTS, CONFIG, CARD = "model.safetensors", "config.json", "README.md"


class VersionError(Exception):
    """A version folder that can't be used: one line saying what is wrong and what to do."""


@dataclasses.dataclass(frozen=True, slots=True)
class Version:
    """What a version folder holds. ``tensors`` are float32 arrays by dotted name; those of the
    text tower, if it has one (``text``), begin with ``text.``."""

    name: str
    backbone: BackboneConfig
    layout: FacetLayout
    tensors: dict[str, np.ndarray]
    details: dict[str, Any]
    text: TextConfig | None = None

    @property
    def preprocessing_hash(self) -> str:
        return preprocessing_hash(self.backbone.canvas)


def save_version(
    folder: Path,
    *,
    date: str,
    backbone: BackboneConfig,
    layout: FacetLayout,
    tensors: dict[str, np.ndarray],
    details: dict[str, Any] | None = None,
    text: TextConfig | None = None,
    card: str = "",
) -> str:
    """Write a version folder whole (the one before it stays until the new one is there).

    ``date`` (``YYYY-MM-DD``) and the weights' hash make its name, which is returned.
    ``details`` (categories, currency table date, training) is kept in ``config.json``.
    """
    weights = save_tensors(packed(tensors))
    digest = hashlib.sha256(weights).hexdigest()
    name = f"{date}-{digest[:8]}"
    config = {
        "format": FORMAT,
        "name": name,
        "weights_sha256": digest,
        "backbone": dataclasses.asdict(backbone),
        "facets": layout.as_list(),
        "preprocessing": STATEMENT,
        "preprocessing_hash": preprocessing_hash(backbone.canvas),
        "text": None if text is None else dataclasses.asdict(text),
        "details": details or {},
    }
    folder = Path(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = f".{folder.name}-unfinished-"
    for each in folder.parent.iterdir():
        if each.name.startswith(unfinished):  # of a process that was killed
            shutil.rmtree(each, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=unfinished) as scratch:
        fresh = Path(scratch) / "new"
        fresh.mkdir()
        (fresh / WEIGHTS).write_bytes(weights)
        (fresh / CONFIG).write_text(json.dumps(config, indent=1) + "\n")
        (fresh / CARD).write_text(card or f"# {name}\n")
        for path in fresh.iterdir():
            with path.open("rb") as file:
                os.fsync(file.fileno())
        replace_folder(folder, fresh)
    return name


def load_version(folder: Path) -> Version:
    """Read and verify a version folder.

    Raises:
        VersionError: a file is missing or damaged, or the format is newer than this program.
    """
    folder = Path(folder)
    again = "train it again or restore it from its source"
    try:
        config = json.loads((folder / CONFIG).read_text())
        weights = (folder / WEIGHTS).read_bytes()
    except OSError as error:
        raise VersionError(
            f"{folder} is no model version: can't read {Path(str(error.filename)).name}; "
            f"expected {WEIGHTS} and {CONFIG}; {again}"
        ) from None
    except ValueError:
        raise VersionError(f"{folder / CONFIG} is not valid JSON; {again}") from None
    if not isinstance(config, dict) or not isinstance(config.get("format"), int):
        raise VersionError(f"{folder / CONFIG} names no format; {again}")
    if config["format"] > FORMAT:
        raise VersionError(
            f"{folder} has format {config['format']}, newer than this program's {FORMAT}: "
            "update samevibe"
        )
    digest = hashlib.sha256(weights).hexdigest()
    if digest != config.get("weights_sha256"):
        raise VersionError(
            f"{folder / WEIGHTS} is damaged: its hash is {digest[:8]}, the config says "
            f"{str(config.get('weights_sha256'))[:8]}; {again}"
        )
    try:
        tensors = unpacked(load_tensors(weights))
        architecture: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value
            for key, value in config["backbone"].items()
        }
        architecture["posterior"] = tuple(
            Posterior(**each) for each in architecture.get("posterior", ())
        )
        version = Version(
            name=config["name"],
            backbone=BackboneConfig(**architecture),
            layout=FacetLayout.from_list(config["facets"]),
            tensors=tensors,
            details=config["details"],
            text=TextConfig(**config["text"]) if config.get("text") else None,
        )
    except (KeyError, TypeError, ValueError, SafetensorError) as error:
        raise VersionError(
            f"{folder / CONFIG} does not fit this program ({error}); {again}"
        ) from None
    if config.get("preprocessing_hash") != version.preprocessing_hash:
        raise VersionError(
            f"{folder} was trained with other preprocessing ({config.get('preprocessing_hash')}, "
            f"this program's is {version.preprocessing_hash}): use the samevibe it came with, "
            "or train it again"
        )
    return version
