"""One table of settings: flags, environment, documentation, checks."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path

import pytest

from server.settings import Settings, SettingsError, add_flags, as_markdown, flag, variable

FIELDS = dataclasses.fields(Settings)


def parsed(*arguments: str) -> dict:
    parser = argparse.ArgumentParser()
    add_flags(parser)
    return vars(parser.parse_args(arguments))


def test_the_page_in_the_docs_is_the_table(project: Path):
    assert (project / "docs" / "settings.md").read_text() == as_markdown()


def test_the_defaults_stand_without_flags_and_environment():
    assert Settings.read(parsed(), {}) == Settings()


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_each_setting_can_be_given_both_ways_and_the_flag_wins(field):
    first, second = {int: ("3", "4"), float: ("3.5", "4.5")}.get(type(field.default), ("a", "b"))
    kind = Path if isinstance(field.default, Path) else type(field.default)
    by_environment = Settings.read(parsed(), {variable(field.name): first})
    assert getattr(by_environment, field.name) == kind(first)
    by_flag = Settings.read(parsed(flag(field.name), second), {variable(field.name): first})
    assert getattr(by_flag, field.name) == kind(second)


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"SAMEVIBE_PORT": "many"}, "SAMEVIBE_PORT.*integer.*many"),
        ({"SAMEVIBE_PORT": "70000"}, "--port"),
        ({"SAMEVIBE_QUEUE": "0"}, "--queue.*1 or more"),
        ({"SAMEVIBE_BODY_SECONDS": "nan"}, "--body-seconds"),
    ],
)
def test_a_setting_that_cannot_be(environment: dict[str, str], said: str):
    with pytest.raises(SettingsError, match=said):
        Settings.read({}, environment)
