"""Native code of the project: compiled by the system's compiler on first use, into a cache folder.

Optional always: what calls it does without where ``compiled`` raises ``NativeError``. The library's
name is made of the source, the flags and the machine, so an edited source is compiled anew and the
same one never twice.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

SECONDS = 120  # for a compiler that never ends


class NativeError(RuntimeError):
    """No library could be made; the message says why."""


def cache_folder() -> Path:
    """``$XDG_CACHE_HOME/samevibe``, or ``~/.cache/samevibe``."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "samevibe"


def compiled(
    source: Path, compilers: Sequence[str], flags: Sequence[str], libraries: Sequence[str] = ()
) -> Path:
    """The shared library of a source file, from the cache or made now.

    The first of ``compilers`` that is installed makes it.

    Raises:
        NativeError: no compiler, a compiler that fails, or a cache that can't be written.
    """
    try:
        text = source.read_text()
        recipe = "\n".join((text, *flags, *libraries, platform.platform(), platform.machine()))
        made_of = hashlib.sha256(recipe.encode()).hexdigest()[:16]
        library = cache_folder() / f"{source.stem}-{made_of}.so"
        if library.is_file():
            return library
        compiler = next(filter(None, map(shutil.which, compilers)), None)
        if compiler is None:
            raise NativeError(f"no compiler found ({' or '.join(compilers)})")
        cache_folder().mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryDirectory(dir=cache_folder()) as scratch:
            made = Path(scratch) / library.name
            command = [compiler, *flags, "-shared", "-fPIC", "-o", str(made), str(source)]
            done = subprocess.run(
                [*command, *libraries], capture_output=True, text=True, timeout=SECONDS
            )
            if done.returncode:
                lines = done.stderr.splitlines()
                reason = next((line for line in lines if "error" in line), "it gives no reason")
                raise NativeError(f"{compiler} can't compile {source.name}: {reason}")
            made.replace(library)  # whole or not at all, whoever else compiles at this moment
    except (OSError, subprocess.SubprocessError) as error:
        raise NativeError(f"can't compile {source.name}: {error}") from error
    return library
