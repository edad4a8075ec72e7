"""The command ``samevibe``: what it says, and how it ends."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

import samevibe
from catalog.store import Catalog

PROJECT = Path(__file__).resolve().parent.parent


def started(*words: str, cwd: Path, **variables: Path) -> subprocess.Popen[str]:
    """Python, on its way, with these environment variables."""
    return subprocess.Popen(
        [sys.executable, *words],
        cwd=cwd,
        env={**os.environ, **{name: str(value) for name, value in variables.items()}},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_importing_the_front_door_imports_nothing_heavy():
    heavy = "{'jax', 'flax', 'numpy', 'PIL', 'tensorflow_datasets', 'starlette', 'httpx', 'tqdm'}"
    code = (
        "import sys, samevibe; samevibe.parser().format_help();"
        f"print(*sorted({heavy} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


def test_help_names_every_job(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit, match="0"):
        samevibe.main(["--help"])
    text = capsys.readouterr().out
    assert [name for name in samevibe.COMMANDS if f"    {name} " not in text] == []


@pytest.mark.parametrize("command", samevibe.COMMANDS)
def test_each_job_s_help_shows_an_example_that_it_understands(
    command: str, capsys: pytest.CaptureFixture[str]
):
    with pytest.raises(SystemExit, match="0"):
        samevibe.main([command, "--help"])
    _, found, examples = capsys.readouterr().out.partition("for example:\n")
    assert found
    for line in examples.splitlines():
        words = line.split()
        assert words[:2] == ["samevibe", command]
        samevibe.parser().parse_args(words[1:])


@pytest.mark.parametrize(
    "words",
    [
        ["import", "no/such/feed", "--home", "{home}"],
        ["index", "--home", "{home}"],
        ["search", "no-such.jpg", "--home", "{home}"],
        ["serve", "--home", "{home}"],
        ["embed", "no-such.jsonl", "--images", "no-such.zip", "--out", "{home}/vectors.npy"],
        ["evaluate", "{home}", "--catalog", "{home}"],
        ["train", "--catalog", "{home}", "--config", "no/such.py", "--out", "{home}/run"],
        ["compare", "{home}", "{home}", "--catalog", "{home}"],
    ],
    ids=lambda words: words[0],
)
def test_what_a_person_can_mend_is_one_line_and_status_1(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    status = samevibe.main([word.format(home=tmp_path) for word in words])
    captured = capsys.readouterr()
    assert status == 1
    assert captured.out == ""
    line = captured.err.splitlines()[-1]
    assert line.startswith("samevibe: ")
    assert len(line) > len("samevibe: ")
    assert "Traceback" not in captured.err


@pytest.mark.parametrize("words", [[], ["dance"], ["search"], ["demo", "--port", "many"]])
def test_wrong_usage_is_status_2(words: list[str], capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit, match="2"):
        samevibe.main(words)
    assert "usage: samevibe" in capsys.readouterr().err


def test_an_interrupt_ends_with_130_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def interrupted(args):
        raise KeyboardInterrupt

    monkeypatch.setitem(samevibe.COMMANDS, "index", interrupted)
    assert samevibe.main(["index"]) == 130
    assert capsys.readouterr().err == "samevibe: stopped\n"


def test_an_interrupt_that_a_callback_swallows_ends_it_all_the_same(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def collect(phase: str, _: object) -> None:
        if phase == "start":
            gc.callbacks.remove(collect)
            raise KeyboardInterrupt  # Python says that it ignores this, and goes on

    def works_on(args: object) -> int:
        gc.callbacks.append(collect)
        gc.collect()
        time.sleep(30)
        return 0

    monkeypatch.setitem(samevibe.COMMANDS, "index", works_on)
    hook = sys.unraisablehook
    # Where tests run in a shell's background, it has them ignore Ctrl-C.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        assert samevibe.main(["index"]) == 130
    finally:
        signal.signal(signal.SIGINT, before)
    assert capsys.readouterr().err == "samevibe: stopped\n"
    assert sys.unraisablehook is hook


def test_what_else_a_callback_raises_is_told_as_ever(monkeypatch: pytest.MonkeyPatch):
    class Broken:
        def __del__(self) -> None:
            raise RuntimeError("a bug")

    def breaks(args: object) -> int:
        del args
        Broken()
        return 0

    told: list[str] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda what: told.append(str(what.exc_value)))
    monkeypatch.setitem(samevibe.COMMANDS, "index", breaks)
    assert samevibe.main(["index"]) == 0
    assert told == ["a bug"]


@pytest.mark.parametrize("words", [["serve", "--port", "0"], ["search", "picture.png"]])
def test_ctrl_c_does_not_wait_for_a_model_that_is_being_loaded(tmp_path: Path, words: list[str]):
    """Where there is no index, too: while that is told, the compiler is waited for."""
    code = f"""
import sys, time
import samevibe
from model.embedder import Embedder

def warm(*_):
    print("warming", flush=True)
    time.sleep(20)
    print("warm", flush=True)

Embedder.warm = warm
sys.exit(samevibe.main({[*words, "--home", str(tmp_path / "home")]!r}))
"""
    Catalog(tmp_path / "home", create=True).close()
    (tmp_path / "picture.png").write_bytes(b"is not read yet")
    with started("-c", code, cwd=tmp_path, PYTHONPATH=PROJECT) as process:
        assert process.stdout and process.stderr
        assert process.stdout.readline() == "warming\n", process.stderr.read()
        process.send_signal(signal.SIGINT)
        rest, complaints = process.communicate()
    assert (process.returncode, rest, complaints) == (130, "", "samevibe: stopped\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk always full")
def test_a_full_disk_is_told_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def fills(args: object) -> int:
        with Path("/dev/full").open("w") as disk:
            disk.write("something")
        return 0

    monkeypatch.setitem(samevibe.COMMANDS, "index", fills)
    assert samevibe.main(["index"]) == 1
    told = "samevibe: [Errno 28] No space left on device: make room, then run it again\n"
    assert capsys.readouterr().err == told


def test_a_fault_of_ours_is_not_dressed_up_as_the_person_s(monkeypatch: pytest.MonkeyPatch):
    def broken(args):
        raise AssertionError("a bug")

    monkeypatch.setitem(samevibe.COMMANDS, "index", broken)
    with pytest.raises(AssertionError, match="a bug"):
        samevibe.main(["index"])


def test_the_demo_comes_up_says_where_and_ends_cleanly_on_ctrl_c(
    tmp_path: Path, demo_version: Path
):
    command = ["-m", "samevibe", "demo", "--products", "24", "--port", "0"]
    home = str(tmp_path / "home")
    with started(*command, "--home", home, cwd=PROJECT, SAMEVIBE_MODEL=demo_version) as process:
        try:
            assert process.stdout and process.stderr
            said = ""
            for line in process.stdout:  # ends with the process, should it not come up
                said += line
                if line == "Ctrl-C ends it.\n":
                    break
            assert said.endswith("Ctrl-C ends it.\n"), process.stderr.read()
            address = next(word for word in said.split() if word.startswith("http://"))
            assert f"Load unpacked: {PROJECT / 'extension'}\n" in said
            about = httpx.get(f"{address}/v1/about").json()
            assert about["products"] == 24
            assert "<html" in httpx.get(address).text
        finally:
            process.send_signal(signal.SIGINT)
            rest, complaints = process.communicate()
    assert (process.returncode, rest, complaints) == (0, "", "")
