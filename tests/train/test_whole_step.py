import re
from pathlib import Path

import pytest

from benchmarks.whole_step import main


def test_a_row_for_each_allocator_that_is_there(
    shapes_home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    options = ["--catalog", str(shapes_home), "--smoke", "--steps", "4"]
    with pytest.raises(SystemExit, match=r"libnone\.so failed"):
        main([*options, "--preload", "libnone.so"])
    (row,) = capfd.readouterr().out.strip().splitlines()
    assert re.fullmatch(
        r"system allocator +[\d.]+ s a step \(1.00\)  [\d.]+ processor seconds \(1.00\)", row
    )


def test_too_few_steps_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--catalog", "home", "--steps", "2"])
    assert "4 at least" in capsys.readouterr().err
