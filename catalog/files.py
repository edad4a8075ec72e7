"""Files and folders that are replaced as a whole, so that a process killed meanwhile leaves the old
or the new one; and locks that die with their process."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

_HERE = -100  # AT_FDCWD: relative paths are relative to the working folder
_SWAP = 2  # RENAME_EXCHANGE of Linux, RENAME_SWAP of macOS


def replace_text(path: Path, text: str) -> None:
    """Write a text file (UTF-8), bring it to the disk and put it in place of what is there. Raises
    `OSError`."""
    new = path.with_name(f"{path.name}.unfinished")
    with new.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def replace_folder(path: Path, new: Path) -> None:
    """Put the folder `new` in place of the one at `path`; that one, if there is one, is at `new` then.

    Both at once, in one call of the system (renameat2(2) with RENAME_EXCHANGE); where there is none,
    one after the other. Raises `OSError`.
    """
    if not path.exists():
        new.rename(path)
    elif not _swapped(path, new):
        aside = new.with_name(f"{new.name}-before")
        path.rename(aside)
        new.rename(path)
        aside.rename(new)


def _swapped(one: Path, other: Path) -> bool:
    if os.name != "posix":
        return False
    system, names = ctypes.CDLL(None), (os.fsencode(one), os.fsencode(other))
    if hasattr(system, "renameat2"):
        return system.renameat2(_HERE, names[0], _HERE, names[1], _SWAP) == 0
    return hasattr(system, "renamex_np") and system.renamex_np(*names, _SWAP) == 0


@contextlib.contextmanager
def held_alone(lock: Path, otherwise: Exception) -> Iterator[None]:
    """Hold the file at `lock`, which is made with its folder where there is none, alone among all
    processes; raises `otherwise` where it is held already, `OSError` where it can't be made.

    The lock is the system's (on a database of nothing, which SQLite locks wherever it runs), so it
    ends with its process, however that ends.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        try:
            connection = sqlite3.connect(lock, isolation_level=None, timeout=0)
            stack.enter_context(contextlib.closing(connection)).execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                raise otherwise from error
            raise OSError(f"can't lock {lock}: {error}; see that it can be written") from error
        yield
