from pathlib import Path

import pytest

from train import xla


@pytest.fixture
def processor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "cpuinfo"
    path.write_text("flags : fpu sse2 avx2\n")
    monkeypatch.setattr(xla, "CPU_INFO", path)
    monkeypatch.setattr(xla.sys, "platform", "linux")
    monkeypatch.setattr(xla, "version", lambda _: xla.KNOWN_IN + "2")
    monkeypatch.delenv("XLA_FLAGS", raising=False)
    return path


def test_the_flag_joins_those_that_are_there(
    processor: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XLA_FLAGS", "--xla_dump_to=there")
    assert xla.prefer_fast_convolutions()
    assert xla.os.environ["XLA_FLAGS"] == f"--xla_dump_to=there {xla.FLAG}"
    assert not xla.prefer_fast_convolutions()  # it is set already


def test_tiles_and_unknown_versions_go_without(
    processor: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xla, "version", lambda _: "0.9.1")
    assert not xla.prefer_fast_convolutions()
    monkeypatch.setattr(xla, "version", lambda _: xla.KNOWN_IN + "2")
    processor.write_text("flags : fpu amx_bf16 amx_tile\n")
    assert not xla.prefer_fast_convolutions()
    assert "XLA_FLAGS" not in xla.os.environ


def test_jax_knows_the_flag(tmp_path: Path) -> None:
    """XLA ends the process on a flag it does not know, so this must be seen before a user does."""
    import os
    import subprocess
    import sys

    code = "import jax; print(jax.numpy.ones(3).sum())"
    environment = {**os.environ, "XLA_FLAGS": xla.FLAG}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True)
    assert done.returncode == 0 and done.stdout.strip() == b"3.0"
