"""How many threads numpy's matrix products have where requests are answered."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from pathlib import Path

import numpy._core._multiarray_umath as numpy_core
import pytest

from server.blas import VARIABLE
from server.search.spans import cores
from tests.server.real_server import PROJECT

COUNT = "scipy_openblas_get_num_threads64_"


@pytest.mark.skipif(cores() < 2, reason="one core: there is but one thread anyway")
@pytest.mark.skipif(
    not hasattr(ctypes.CDLL(numpy_core.__file__), COUNT), reason="this numpy has no OpenBLAS"
)
@pytest.mark.parametrize("job", ["serve", "demo"])
@pytest.mark.parametrize(("set_by_user", "threads"), [(None, 1), ("2", 2)])
def test_one_unless_the_user_says_otherwise(
    job: str, set_by_user: str | None, threads: int, tmp_path: Path
):
    (home := tmp_path / "home").write_text("a file: no server can start here")
    environment = {name: value for name, value in os.environ.items() if name != VARIABLE}
    if set_by_user:
        environment[VARIABLE] = set_by_user
    code = (
        f"import ctypes, samevibe; status = samevibe.main(['{job}', '--home', {str(home)!r}]);"
        "import numpy._core._multiarray_umath as core;"
        f"print(status, ctypes.CDLL(core.__file__).{COUNT}())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["1", str(threads)]
