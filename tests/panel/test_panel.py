"""Runs the panel's own tests (JavaScript, beside this file) with the Node inside Playwright."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from playwright._impl._driver import compute_driver_executable

HERE = Path(__file__).resolve().parent
NODE = compute_driver_executable()[0]


@pytest.mark.parametrize("tests", sorted(HERE.glob("*.test.mjs")), ids=lambda path: path.name)
def test_javascript(tests: Path):
    done = subprocess.run([NODE, "--test", tests], capture_output=True, text=True, cwd=HERE)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "# pass 0" not in done.stdout, "no test ran"
