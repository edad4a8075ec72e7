"""What every test may lean on: checked array shapes, the real catalogues, a small demo home."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from jaxtyping import install_import_hook

# What is compiled is kept between runs: training a step costs mostly compiling.
os.environ.setdefault(
    "JAX_COMPILATION_CACHE_DIR", str(Path(__file__).resolve().parent.parent / ".jax_cache")
)
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0.3")

# Shapes and dtypes written in annotations are enforced while tests run. The hook must stand
# before the first import of these rooms, hence here and not in a fixture. An int may stand for a
# float, as type checkers have it.
install_import_hook(
    ["model", "train", "server.search"],
    "beartype.beartype(conf=beartype.BeartypeConf(is_pep484_tower=True))",
)

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def project() -> Path:
    """The checkout's root."""
    return PROJECT


@pytest.fixture(scope="session")
def catalogs() -> Path:
    """The folder of real product pictures that may lie beside the checkout (read-only)."""
    folder = PROJECT.parent / "shared" / "catalogs"
    if not (folder / "fashion" / "products.jsonl").is_file():
        pytest.skip("needs the real pictures in ../shared/catalogs, beside the checkout")
    return folder


@pytest.fixture(scope="session")
def demo_feed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """120 drawn products as a folder feed (``products.jsonl`` + ``images/``). Read only."""
    from catalog.illustrator import draw_catalogue

    folder = tmp_path_factory.mktemp("drawn") / "demo"
    draw_catalogue(folder, count=120, seed=0)
    return folder


@pytest.fixture(scope="session")
def demo_version() -> Path:
    """The version folder that ``demo_home`` is indexed with: the one that ships."""
    import model

    return model.RELEASED


@pytest.fixture(scope="session")
def demo_home(
    demo_feed: Path, demo_version: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A home of 120 drawn products, imported and indexed with ``demo_version``.

    Shared by the whole session: copy it before you change it.
    """
    from catalog.feeds import open_feed
    from catalog.importer import import_feed
    from catalog.store import Catalog
    from model.embedder import Embedder
    from server.indexing import build_index

    home = tmp_path_factory.mktemp("home")
    with Catalog(home, create=True) as catalog:
        import_feed(catalog, open_feed(demo_feed, source="demo"))
    build_index(home, Embedder.load(demo_version))
    return home


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """In CI a browser test that can't run is a failure: the browser belongs to the machine there."""
    report = yield
    in_browser = (PROJECT / "tests" / "browser") in Path(item.path).parents
    if in_browser and report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = (
            f"{item.nodeid} was skipped, but CI must have a browser: {call.excinfo.value}"
        )
    return report
