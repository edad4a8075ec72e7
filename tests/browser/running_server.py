"""The real server in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


@contextmanager
def running_server(home: Path, version: Path, *, port: int = 0) -> Iterator[str]:
    """Address of a warm server over that home; it ends with the block."""
    command = [sys.executable, "-m", "samevibe", "serve"]
    command += ["--home", str(home), "--model", str(version), "--port", str(port)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            said = process.stdout.readline()
            assert "http://" in said, f"the server ended with status {process.wait()}"
            yield said.split()[-1]
        finally:
            process.terminate()
