"""What is replaced is there as a whole, whenever the process that replaces it is killed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from catalog import files
from catalog.files import held_alone, replace_folder, replace_text

PROJECT = Path(__file__).resolve().parent.parent.parent

# Runs `save` again and again, each in a process of its own, the n-th killed right before its n-th
# step (a file or folder made, opened for writing, renamed, removed, or a call of the system's own
# library), until one comes to its end. Says after each what `look` finds.
KILLED = """
import json, os, signal, sys
from pathlib import Path
{imports}

STEPS = {{"os.mkdir", "os.rename", "os.remove", "os.rmdir", "shutil.rmtree", "ctypes.dlsym"}}

def killed_at(number):
    steps = 0
    def hook(event, arguments):
        nonlocal steps
        writes = event == "open" and bool(set(str(arguments[1])) & set("wa+x"))
        if event in STEPS or writes:
            steps += 1
            if steps == number:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(hook)

folder = Path(sys.argv[1])
{body}
save("old")
found, number, status = [], 0, None
while status != 0:
    number += 1
    child = os.fork()
    if not child:
        killed_at(number)
        save("new")
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    found.append((status, look()))
    if status:
        save("old")
print(json.dumps(found))
"""


def killed_at_every_step(folder: Path, imports: str, body: str) -> list[str]:
    """What was found after each kill; at the end, after none, it is new."""
    code = KILLED.format(imports=imports, body=body)
    command = [sys.executable, "-c", code, str(folder)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    *killed, last = json.loads(done.stdout)
    assert last == [0, "new"] and {status for status, _ in killed} == {9}
    return [what for _, what in killed]


def test_59_a_version_is_the_old_or_the_new_one_whenever_its_writing_is_killed(tmp_path: Path):
    found = killed_at_every_step(
        tmp_path / "version",
        """
import numpy as np
from model.backbone import BackboneConfig
from model.facets import Facet, FacetLayout
from model.version import load_version, save_version
""",
        """
layout = FacetLayout((Facet("kind", 6, "what it is", 1.0),))

def save(date):
    tensors = {"x": np.full((3, 4), float(date == "new"), np.float32)}
    backbone = BackboneConfig(canvas=32, widths=(8, 16), blocks=(1, 1))
    save_version(folder, date=date, backbone=backbone, layout=layout, tensors=tensors)

def look():
    version = load_version(folder)
    date = version.name.partition("-")[0]
    assert (version.tensors["x"] == (date == "new")).all()
    return date
""",
    )
    assert len(found) >= 6
    assert set(found) == {"old", "new"} and found == sorted(found, reverse=True)
    assert [each.name for each in tmp_path.iterdir()] == ["version"]  # nothing is left behind


def test_59_a_text_is_the_old_or_the_new_one_whenever_its_writing_is_killed(tmp_path: Path):
    found = killed_at_every_step(
        tmp_path,
        "from catalog.files import replace_text",
        """
def save(text):
    replace_text(folder / "x.json", text)

def look():
    return (folder / "x.json").read_text()
""",
    )
    assert len(found) >= 2 and set(found) == {"old"}


@pytest.mark.parametrize("has_swap", [True, False])
def test_a_folder_is_put_in_the_place_of_another(tmp_path: Path, monkeypatch, has_swap: bool):
    if not has_swap:
        monkeypatch.setattr(files, "_swapped", lambda one, other: False)
    one, other, third = (tmp_path / name for name in ("one", "other", "third"))
    for folder in (one, other):
        folder.mkdir()
        (folder / "name").write_text(folder.name)
    replace_folder(one, other)
    assert (one / "name").read_text() == "other" and (other / "name").read_text() == "one"
    replace_folder(third, one)
    assert (third / "name").read_text() == "other" and not one.exists()
    assert {each.name for each in tmp_path.iterdir()} == {"other", "third"}


def test_a_text_that_cannot_be_written_leaves_the_old_one(tmp_path: Path):
    replace_text(tmp_path / "x", "é")
    assert (tmp_path / "x").read_text(encoding="utf-8") == "é"
    with pytest.raises(UnicodeEncodeError):
        replace_text(tmp_path / "x", "\ud800")
    assert (tmp_path / "x").read_text(encoding="utf-8") == "é"


def test_a_lock_is_held_by_one_process_and_ends_with_it(tmp_path: Path):
    lock, taken = tmp_path / "not yet there" / "a.lock", ValueError("it is taken")
    held = f"from catalog.files import *\nwith held_alone(Path({str(lock)!r}), OSError()):\n"
    holding = [sys.executable, "-c", held + "    print('held', flush=True)\n    input()"]
    with subprocess.Popen(
        holding, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == b"held\n"
        with pytest.raises(ValueError, match="it is taken"), held_alone(lock, otherwise=taken):
            pass
        process.kill()
    for _ in range(2):
        with held_alone(lock, otherwise=taken):
            pass


def test_a_lock_that_can_not_be_made_is_not_taken_for_one_that_is_held(tmp_path: Path):
    (tmp_path / "a.lock").mkdir()
    with (
        pytest.raises(OSError, match=r"can't lock .*a\.lock: unable to open"),
        held_alone(tmp_path / "a.lock", otherwise=ValueError("it is taken")),
    ):
        pass
