import dataclasses
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from model.backbone import BackboneConfig
from model.embedder import DEFAULT_FACETS, Embedder, fused_tensors, text_tensors
from model.facets import FacetLayout
from model.network import Network
from model.text import TextConfig, TextTower, has_words, tokens_of
from model.version import Version, VersionError

SMALL = BackboneConfig(canvas=32, widths=(8, 16), blocks=(1, 1))
TEXT = TextConfig(buckets=64, width=8, hidden=16, tokens=6)
DIMS = {facet.name: facet.dim for facet in DEFAULT_FACETS}


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    tensors = fused_tensors(Network(SMALL, DIMS, rngs=nnx.Rngs(0)))
    tensors |= text_tensors(TextTower(TEXT, DIMS, rngs=nnx.Rngs(1)))
    return Embedder(Version("words", SMALL, FacetLayout(DEFAULT_FACETS), tensors, {}, TEXT))


def test_case_plural_and_punctuation_do_not_matter() -> None:
    first = tokens_of("Nike  T-Shirts", TEXT)
    assert first.tolist() == tokens_of("nike: t shirt!", TEXT).tolist()
    assert (first[:2] > 0).all() and first.max() < TEXT.buckets


def test_a_word_has_the_row_that_versions_learned_for_it() -> None:
    # 1 + CRC-32 modulo 4095 of bus, mug, printed and prin-
    assert tokens_of("Bus mugs printed", TextConfig())[:5].tolist() == [256, 1400, 1731, 2903, 0]


def test_what_fills_a_text_up_says_nothing() -> None:
    tower = TextTower(TEXT, DIMS, rngs=nnx.Rngs(1))
    short = jnp.asarray(tokens_of("red mug", TEXT))[None]
    longer = tower(jnp.pad(short, ((0, 0), (0, 20))))
    for name, vector in tower(short).items():
        np.testing.assert_allclose(longer[name], vector, atol=1e-6)


@pytest.mark.parametrize("text", ["mug", "7", "чашка", "杯", "...é!"])
def test_a_letter_or_digit_of_any_script_is_a_word(text: str) -> None:
    assert has_words(text)


@pytest.mark.parametrize("text", ["", " ", "?!", "_", "\n\t—"])
def test_what_has_neither_is_none(text: str) -> None:
    assert not has_words(text)


def test_long_and_empty_texts_fit() -> None:
    assert tokens_of("word " * 99, TEXT).shape == (6,)
    assert not tokens_of("", TEXT).any()
    assert not tokens_of("?!", TEXT).any()


def test_texts_lie_where_pictures_lie(embedder: Embedder) -> None:
    vectors = embedder.embed_texts(["red shoe", "", "blue " * 50])
    assert vectors.shape == (3, embedder.layout.dim)
    assert np.isfinite(vectors).all()
    for part in embedder.layout.slices.values():
        np.testing.assert_allclose(np.linalg.norm(vectors[[0, 2], part], axis=1), 1, atol=1e-5)


def test_a_version_keeps_its_words(embedder: Embedder, tmp_path: Path) -> None:
    embedder.save(tmp_path / "version")
    again = Embedder.load(tmp_path / "version")
    assert again.has_text
    texts = ["green coat", "lamp"]
    np.testing.assert_allclose(again.embed_texts(texts), embedder.embed_texts(texts), atol=1e-6)


def test_edges_that_no_facet_reads_take_no_words_away(embedder: Embedder) -> None:
    seeing = dataclasses.replace(SMALL, edges=8)
    tensors = fused_tensors(Network(seeing, DIMS, rngs=nnx.Rngs(0)))
    tensors |= text_tensors(TextTower(TEXT, DIMS, rngs=nnx.Rngs(1)))
    layout = FacetLayout(DEFAULT_FACETS)
    other = Embedder(Version("edges", seeing, layout, tensors, {}, TEXT))
    np.testing.assert_allclose(other.embed_texts(["mug"]), embedder.embed_texts(["mug"]), atol=1e-6)


def test_a_version_without_words_says_so() -> None:
    wordless = Embedder.untrained(backbone=SMALL)
    assert not wordless.has_text
    with pytest.raises(VersionError, match="without titles"):
        wordless.embed_texts(["shoe"])
