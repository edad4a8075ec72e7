import ctypes
import shutil
from pathlib import Path

import pytest

from model.native import NativeError, compiled

C = ("cc", "gcc", "clang")


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    path = tmp_path / "small.c"
    path.write_text("int answer(void) { return 42; }\n")
    return path


def test_without_a_compiler_it_says_so(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(source.parent))
    with pytest.raises(NativeError, match="no compiler found"):
        compiled(source, C, ())


@pytest.mark.skipif(not any(map(shutil.which, C)), reason="needs a C compiler")
def test_a_source_is_compiled_once_and_an_edited_one_anew(source: Path) -> None:
    library = compiled(source, C, ("-O1",))
    assert ctypes.CDLL(str(library)).answer() == 42
    made = library.stat().st_mtime_ns
    assert compiled(source, C, ("-O1",)) == library and library.stat().st_mtime_ns == made
    source.write_text("int answer(void) { return 43; }\n")
    again = compiled(source, C, ("-O1",))
    assert again != library and ctypes.CDLL(str(again)).answer() == 43


@pytest.mark.skipif(not any(map(shutil.which, C)), reason="needs a C compiler")
def test_a_source_that_does_not_compile_leaves_nothing(source: Path) -> None:
    source.write_text("this is no C\n")
    with pytest.raises(NativeError, match=r"can't compile small\.c"):
        compiled(source, C, ())
    assert not list((source.parent / "samevibe").iterdir())


def test_a_missing_source_is_a_clear_error(source: Path) -> None:
    with pytest.raises(NativeError, match=r"can't compile absent\.c"):
        compiled(source.parent / "absent.c", C, ())
