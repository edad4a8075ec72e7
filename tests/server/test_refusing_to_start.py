"""What the server refuses to start with: status 1, and one line that says what to do."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.server.real_server import PROJECT, Running, Shop


def start_in_vain(*flags: str) -> str:
    """The one line with which the server refuses to start."""
    command = [sys.executable, "-m", "samevibe", "serve", "--port", "0", *flags]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stdout == ""
    lines = [line for line in done.stderr.splitlines() if line.startswith("samevibe: ")]
    assert len(lines) == 1 and "Traceback" not in done.stderr
    return lines[0]


def test_56_a_missing_or_damaged_model_is_refused(shop: Shop, tmp_path):
    assert "samevibe: " in start_in_vain("--home", str(shop.home), "--model", str(tmp_path))
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    for path in shop.model.iterdir():
        (damaged / path.name).write_bytes(path.read_bytes())
    weights = damaged / "model.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    start_in_vain("--home", str(shop.home), "--model", str(damaged))


def test_57_an_index_by_another_model_or_preprocessing_is_refused(shop: Shop, tmp_path):
    changed = shop.copy(tmp_path)
    [manifest] = (changed.home / "index").glob("*/manifest.json")
    fields = json.loads(manifest.read_text())
    for field, said in (("model_version", "model other"), ("preprocessing", "preprocessing")):
        manifest.write_text(json.dumps({**fields, field: "other"}))
        line = start_in_vain("--home", str(changed.home), "--model", str(shop.model))
        assert said in line and "samevibe index" in line


def test_57_no_catalogue_or_no_index_is_refused(shop: Shop, tmp_path):
    start_in_vain("--home", str(tmp_path / "nowhere"), "--model", str(shop.model))
    changed = shop.copy(tmp_path)
    (changed.home / "index" / "CURRENT").unlink()
    line = start_in_vain("--home", str(changed.home), "--model", str(shop.model))
    assert "samevibe index" in line


def test_58_a_truncated_index_is_found_and_said(shop: Shop, tmp_path):
    changed = shop.copy(tmp_path)
    [vectors] = (changed.home / "index").glob("*/vectors.npy")
    vectors.write_bytes(vectors.read_bytes()[:-100])
    line = start_in_vain("--home", str(changed.home), "--model", str(shop.model))
    assert "damaged" in line and "samevibe index" in line


def test_a_taken_port_is_said_in_one_line(shop: Shop, served: Running):
    command = ["--home", str(shop.home), "--model", str(shop.model), "--port", str(served.port)]
    done = subprocess.run(
        [sys.executable, "-m", "samevibe", "serve", *command],
        cwd=PROJECT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "--port" in done.stderr and "Traceback" not in done.stderr


def test_a_setting_that_cannot_be_is_said_in_one_line():
    assert "--port" in start_in_vain("--port", "many")
    assert "--queue" in start_in_vain("--queue", "0")
