"""The arrows of the house run one way; see docs/architecture.md."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from model.facets import Facet, FacetLayout

PROJECT = Path(__file__).resolve().parent.parent

# Each room, and the rooms it may look into. The front door may look into all of them.
ALLOWED = {
    "catalog": set(),
    "model": {"catalog"},
    "train": {"catalog", "model"},
    "server": {"catalog", "model"},
    "benchmarks": {"catalog", "model", "train", "server"},
}
OURS = {*ALLOWED, "samevibe", "tests"}


def imported_modules(source: str) -> Iterator[str]:
    """The absolute names of everything ``source`` imports, inside functions too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module or ""


def wrong_arrows(room: str, source: str) -> list[str]:
    """What ``source``, a file of ``room``, imports from rooms it must not know."""
    rooms = OURS - ALLOWED[room] - {room}
    return [name for name in imported_modules(source) if name.split(".")[0] in rooms]


@pytest.mark.parametrize("room", ALLOWED)
def test_room_looks_only_into_the_rooms_below_it(room: str):
    wrong = {
        str(path.relative_to(PROJECT)): names
        for path in sorted((PROJECT / room).rglob("*.py"))
        if (names := wrong_arrows(room, path.read_text()))
    }
    assert not wrong


def test_every_python_file_at_the_top_belongs_to_a_known_room():
    data = {"home", "runs", "node_modules"}
    tops = [path for path in PROJECT.iterdir() if path.name[0] != "." and path.name not in data]
    with_code = {path.name for path in tops if path.suffix == ".py" or any(path.rglob("*.py"))}
    assert with_code <= {*ALLOWED, "samevibe.py", "tests"}


def test_shapes_and_dtypes_in_annotations_are_enforced_while_tests_run():
    layout = FacetLayout((Facet("kind", 2, "what it is", 1.0),))
    with pytest.raises(TypeError, match="normalise"):
        layout.normalise(np.ones((3, 2), np.float64))


@pytest.mark.parametrize(
    ("room", "source", "expected"),
    [
        ("catalog", "def draw():\n    import model.embedder\n", ["model.embedder"]),
        ("model", "from catalog.product import Price\n", []),
        ("model", "from train.loop import step\n", ["train.loop"]),
        ("server", "import train\n", ["train"]),
        ("train", "from tests.conftest import demo_home\n", ["tests.conftest"]),
    ],
)
def test_a_wrong_arrow_is_seen(room: str, source: str, expected: list[str]):
    assert wrong_arrows(room, source) == expected
