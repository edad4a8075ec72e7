"""What the README and the docs promise is there."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

import samevibe
from server.routes.openapi import document

PROJECT = Path(__file__).resolve().parent.parent
PAGES = [
    PROJECT / "README.md",
    PROJECT / "CONTRIBUTING.md",
    *sorted((PROJECT / "docs").glob("*.md")),
]


def code_lines(page: str) -> list[str]:
    """The lines of a Markdown page that stand in fenced shell blocks."""
    blocks = re.findall(r"^```sh\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


def test_readme_opens_with_the_first_two_targets_of_the_makefile():
    targets = re.findall(r"^(\w+):", (PROJECT / "Makefile").read_text(), re.MULTILINE)
    assert targets[:2] == ["demo", "test"]
    assert code_lines((PROJECT / "README.md").read_text())[:2] == ["make demo", "make test"]


def test_every_make_target_in_the_docs_exists():
    targets = set(re.findall(r"^(\w+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    for page in PAGES:
        named = set(re.findall(r"(?:^|`)make (\w+)", page.read_text(), re.MULTILINE))
        assert named <= targets, page


def test_every_sub_command_is_in_the_docs_and_the_docs_name_no_other():
    named = set()
    for page in PAGES:
        text = page.read_text()
        named |= set(re.findall(r"`samevibe (\w+)", text))
        named |= {line.split()[1] for line in code_lines(text) if line.startswith("samevibe ")}
    assert named == set(samevibe.COMMANDS)


def test_every_samevibe_line_in_the_docs_is_one_the_command_understands():
    for page in PAGES:
        for line in code_lines(page.read_text()):
            words = line.partition(" #")[0].split()
            if words[0] == "samevibe":
                samevibe.parser().parse_args(words[1:])


def test_the_page_of_the_api_names_every_address_option_and_code():
    text = (PROJECT / "docs" / "api.md").read_text()
    page = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    addresses = {path for path in document()["paths"] if path != "/v1/openapi.json"}
    options = document()["components"]["schemas"]["SearchOptions"]["properties"]
    named = set(re.findall(r"`(?:(?:GET|POST) )?([^`]+)`", page))
    assert {path.replace("{key}", "{id}") for path in addresses} <= {
        name.partition("?")[0] for name in named
    }
    assert set(options) <= named
    refusal = r"(?:BadRequest|NotFound|TooSlow|TooLarge|Unsupported|Conflict)\(\s*\"(\w+)\""
    sources = [path.read_text() for path in (PROJECT / "server").rglob("*.py")]
    codes = {code for source in sources for code in re.findall(refusal, source)}
    assert {"index_changed", "invalid_cursor", "words_not_understood"} <= codes
    assert codes <= named


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_to_files_resolve(page: Path):
    targets = re.findall(r"\]\(([^)#\s]+)\)", page.read_text())
    missing = [t for t in targets if "://" not in t and not (page.parent / t).exists()]
    assert not missing


def test_no_file_names_a_folder_of_somebody_s_machine():
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
    )
    if listed.returncode:
        pytest.skip("needs a git checkout to know which files are the project's")
    somebody_s = re.compile(rb"(?<![\w.])/(?:home|Users|root|work)/\w")
    found = [
        name
        for name in listed.stdout.splitlines()
        if (PROJECT / name).is_file() and somebody_s.search((PROJECT / name).read_bytes())
    ]
    assert not found
