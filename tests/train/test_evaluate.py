import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import samevibe
from catalog.feeds import open_feed
from catalog.importer import import_feed
from catalog.product import CatalogError
from catalog.store import Catalog
from model.embedder import Embedder
from tests.train.conftest import write_shapes
from train.card import add_to_card
from train.compare import compare
from train.config import TrainConfig
from train.evaluate import evaluate
from train.evaluators.text import NAMED, named_categories, titles_of
from train.judging import embed_records, judge, open_gallery
from train.tables import as_comparison, as_table
from train.weights import elsewhere_views

SMALL = TrainConfig().smoke().backbone


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("versions") / "first"
    Embedder.untrained(backbone=SMALL).save(folder)
    return folder


@pytest.fixture(scope="module")
def two_feeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Shapes of two feeds, 40 and 15, all in the test split."""
    folder = tmp_path_factory.mktemp("two")
    with Catalog(folder / "home", create=True) as catalogue:
        for seed, (name, count) in enumerate({"shapes": 40, "street": 15}.items()):
            feed = write_shapes(folder / name, count, seed=seed, split="test")
            import_feed(catalogue, open_feed(feed, source=name))
    return folder / "home"


def test_a_version_is_judged_beside_its_baselines(
    version: Path, two_feeds: Path, tmp_path: Path
) -> None:
    mapping = tmp_path / "mapping.json"
    mapping.write_text(
        json.dumps({"categories": {"disc": ["disc"], "square": ["square", "cross"]}})
    )
    out = tmp_path / "out"
    result = evaluate(
        version, two_feeds, "test", out, source="shapes", queries_source="street", mapping=mapping
    )
    columns = result["columns"]
    assert set(columns) == {
        "version",
        *(f"{name} alone" for name in ("kind", "look", "colour", "wearer", "price")),
        "histogram + pixels",
        "untrained",
    }
    for table in columns.values():
        for name in (
            "category P@1",
            "color mAP@R",
            "price error / category median",
            "mapped category P@1",
            "same picture found again R@1",
            "largest hub share",
        ):
            figure = table[name]
            assert figure["low"] <= figure["value"] <= figure["high"], name
            assert figure["queries"] > 0
    assert set(result["robustness"]) == {"version", "histogram + pixels", "untrained"}
    assert "screenshot with text" in result["robustness"]["version"]
    assert json.loads((out / "figures.json").read_text())["pictures"] == 40
    table = (out / "table.md").read_text()
    assert table == as_table(result)
    assert "| category P@1 |" in table and "| screenshot with text |" in table
    drawn = {path.name: path.stat().st_size for path in out.iterdir()}
    for name in ("figures.png", "robustness.png", "prices.png"):
        assert drawn[name] > 10_000
    for name in ("neighbours.jpg", "worst.jpg", "street.jpg"):
        assert drawn[name] > 10_000


def test_untrained_is_the_version_when_the_version_is_untrained(
    version: Path, two_feeds: Path
) -> None:
    result = evaluate(version, two_feeds, "test", source="shapes")
    ours, baseline = result["columns"]["version"], result["columns"]["untrained"]
    assert ours["category P@1"] == baseline["category P@1"]


def test_what_is_missing_is_said(version: Path, two_feeds: Path, tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match=r"no feed .zalando.* street, shapes"):
        evaluate(version, two_feeds, "test", source="zalando")
    with pytest.raises(CatalogError, match="--queries-source and --mapping"):
        evaluate(version, two_feeds, "test", queries_source="street")


def test_too_few_pictures_are_said(version: Path, make_shapes, tmp_path: Path) -> None:
    home = make_shapes(tmp_path, 8, split="test")
    with pytest.raises(CatalogError, match="'test' has 8 pictures; 12 at least"):
        evaluate(version, home, "test")


def test_two_versions_are_compared_with_intervals(
    version: Path, two_feeds: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    Embedder.untrained(backbone=SMALL, seed=1).save(other)
    result = compare(version, other, two_feeds, "test", tmp_path / "out", source="shapes")
    rows = result["comparison"]["whole vector"]
    for cells in rows.values():
        change = cells["difference"]
        assert change["value"] == pytest.approx(cells["other"]["value"] - cells["version"]["value"])
        assert change["low"] <= change["high"]
    assert {"query: flip", "kind alone"} <= set(result["comparison"])
    assert (tmp_path / "out" / "comparison.md").read_text() == as_comparison(result)
    same = compare(version, version, two_feeds, "test", source="shapes")
    for table in same["comparison"].values():
        for cells in table.values():
            assert cells["difference"] == {"value": 0, "low": 0, "high": 0}


def test_titles_ask_where_the_embedder_reads_text(two_feeds: Path) -> None:
    (gallery,) = open_gallery(two_feeds, "test", "shapes")
    titles, names = titles_of(gallery.labels), gallery.labels.names["category"]
    named = named_categories(gallery.labels)

    class Reader:
        """Embeds a title or a category's name as the first picture that bears it."""

        has_text = True

        def prepare(self, image: Image.Image) -> np.ndarray:
            return np.asarray(image.resize((64, 64)))

        def embed(self, canvases: np.ndarray) -> np.ndarray:
            flat = canvases.reshape(len(canvases), -1)[:, ::97].astype(np.float32)
            return flat / np.linalg.norm(flat, axis=1, keepdims=True)

        def embed_texts(self, texts: list[str]) -> np.ndarray:
            assert texts == [*titles, *(names[code] for code in named)]
            return np.stack([self.embed(decoded_of(text)[None])[0] for text in texts])

    from train.loader import decoded

    def decoded_of(text: str) -> np.ndarray:
        kinds = [names[code] for code in gallery.labels.codes["category"]]
        place = titles.index(text) if text in titles else kinds.index(text)
        return np.asarray(decoded(gallery.records[place]["picture"]))

    columns = judge(Reader(), {"it": lambda v: v}, gallery, robustness=False).columns
    # Each title is embedded as the first picture that bears it: which is found at once.
    assert columns["it"]["title to picture R@1"].value == 1
    assert (NAMED in columns["it"]) == (len(named) > 0)
    Reader.has_text = False
    columns = judge(Reader(), {"it": lambda v: v}, gallery, robustness=False).columns
    assert not any(name.startswith(("title", NAMED)) for name in columns["it"])


def test_elsewhere_views_are_row_by_row_and_seeded(version: Path, two_feeds: Path) -> None:
    embedder = Embedder.load(version)
    (gallery,) = open_gallery(two_feeds, "test", "shapes")
    views = elsewhere_views(embedder, gallery.records)
    assert views.shape == (40, 2, embedder.layout.dim)
    np.testing.assert_array_equal(views, elsewhere_views(embedder, gallery.records))
    clean = embed_records(embedder, gallery.records)
    own = (views[:, 0] * clean).sum(axis=1)
    assert own.mean() > (views[:, 0] * np.roll(clean, 1, axis=0)).sum(axis=1).mean()


def test_the_front_door_judges_and_writes_the_card(
    version: Path, two_feeds: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [
        "evaluate",
        str(version),
        "--catalog",
        str(two_feeds),
        "--source",
        "shapes",
        "--card",
    ]
    assert samevibe.main(command) == 0
    assert "| shapes, test, 40 pictures | version |" in capsys.readouterr().out
    card = (version / "README.md").read_text()
    assert "| category P@1 |" in card and "| 48 px thumbnail |" in card


def test_a_card_still_shows_evaluations_of_an_earlier_form(version: Path) -> None:
    old = {
        "version": Embedder.load(version).version,
        "split": "val",
        "source": None,
        "pictures": 3,
        "overall": {"version": 0.5},
        "columns": {"version": {"pictures": 3, "never found": {"value": 0.25}}},
    }
    add_to_card(version, old)
    assert "| never found | 0.250 |" in (version / "README.md").read_text()
