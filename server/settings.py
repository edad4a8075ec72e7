"""Every setting of the server in one table: flag, environment, documentation and check.

python -m server.settings > docs/settings.md
"""

# ruff: noqa: RUF009  (`_setting` is `dataclasses.field` with its metadata)
from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from catalog.product import CatalogError
from model import RELEASED

_KINDS: dict[str, type] = {
    "folder": Path,
    "integer": int,
    "number": float,
    "text": str,
}


class SettingsError(CatalogError):
    """A setting that can't be; the message names it, what was expected and what came."""


def _setting(default: Any, about: str, least: float | None = None) -> Any:
    return dataclasses.field(default=default, metadata={"about": about, "least": least})


@dataclasses.dataclass(frozen=True, slots=True)
class Settings:
    """The table. `--picture-bytes` is `SAMEVIBE_PICTURE_BYTES` is `Settings.picture_bytes`."""

    home: Path = _setting(Path("home/demo"), "Folder of the catalogue and its index.")
    model: Path = _setting(RELEASED, "Folder of the model version that embeds pictures.")
    host: str = _setting("127.0.0.1", "Address to listen on; 0.0.0.0 for every network.")
    port: int = _setting(8321, "Port to listen on; 0 for any free one.", 0)
    origins: str = _setting(
        "",
        "Origins of other web pages that may call this server, with commas between them "
        "(https://shop.example); empty for none. The extension needs no entry.",
    )
    picture_bytes: int = _setting(
        10 << 20, "Largest picture that is read, in bytes; longer bodies are refused with 413.", 1
    )
    json_bytes: int = _setting(256 << 10, "Largest JSON body or options part, in bytes.", 1)
    body_seconds: float = _setting(
        10.0, "Time a body may take to arrive, in seconds; slower ones are refused with 408.", 0.1
    )
    limit: int = _setting(500, "Most results a request may ask for at each stride.", 1)
    depth: int = _setting(
        10_000,
        "Ranks of a stride after which paging ends: an answer that went so far has no cursor.",
        1,
    )
    queue: int = _setting(
        64, "Requests that may wait for decoding or the device; further ones get 429.", 1
    )
    batch: int = _setting(8, "Most pictures embedded, or queries scored, in one step.", 1)
    decode_threads: int = _setting(2, "Threads that decode pictures and read products.", 1)
    refresh_seconds: float = _setting(
        2.0, "Time between two looks for a new index, which then replaces the one in use.", 0.01
    )
    picture_cache_bytes: int = _setting(64 << 20, "Memory for resized product pictures.", 0)
    grace_seconds: int = _setting(
        10, "Time given to requests in flight when the server is told to stop.", 0
    )

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value, least = getattr(self, field.name), field.metadata["least"]
            if least is not None and not value >= least:
                raise SettingsError(
                    f"setting {flag(field.name)}: expected {least} or more, got {value}"
                )
        if self.port > 65535:
            raise SettingsError(f"setting --port: expected 0 to 65535, got {self.port}")

    @property
    def allowed_origins(self) -> list[str]:
        return [origin.strip() for origin in self.origins.split(",") if origin.strip()]

    @classmethod
    def read(
        cls, flags: Mapping[str, Any] | None = None, environment: Mapping[str, str] | None = None
    ) -> Settings:
        """Flags win over the environment, the environment over the defaults.

        A flag that is absent or `None` was not given. Raises `SettingsError`.
        """
        given: dict[str, Any] = {}
        for field in dataclasses.fields(cls):
            text = (flags or {}).get(field.name)
            origin = flag(field.name)
            if text is None:
                origin = variable(field.name)
                text = (environment or {}).get(origin)
            if text is not None:
                try:
                    given[field.name] = _KINDS[_kind(field)](text)
                except ValueError:
                    raise SettingsError(
                        f"setting {origin}: expected a {_kind(field)}, got {text!r}"
                    ) from None
        return cls(**given)


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Give `parser` a flag for every setting; what it parses is what `Settings.read` takes."""
    for field in dataclasses.fields(Settings):
        parser.add_argument(
            flag(field.name),
            dest=field.name,
            default=None,
            metavar=_kind(field).upper(),
            help=f"{field.metadata['about']} (default: {shown_default(field)})".replace("%", "%%"),
        )


def flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def variable(name: str) -> str:
    return "SAMEVIBE_" + name.upper()


def shown_default(field: dataclasses.Field[Any]) -> str:
    """A default as people read it: no machine's own paths."""
    if field.default == RELEASED:
        return "the model that ships with samevibe"
    return str(field.default) or "none"


def as_markdown() -> str:
    """The page docs/settings.md; a test holds the two together."""
    lines = [
        "# Settings of the server",
        "",
        "A flag of `samevibe serve` wins over the environment, the environment over the default.",
        "This page is written by `python -m server.settings > docs/settings.md`.",
        "",
        "| Flag | Environment | Default | About |",
        "|---|---|---|---|",
    ]
    for field in dataclasses.fields(Settings):
        lines.append(
            f"| `{flag(field.name)}` | `{variable(field.name)}` | {shown_default(field)} "
            f"| {field.metadata['about']} |"
        )
    return "\n".join(lines) + "\n"


def _kind(field: dataclasses.Field[Any]) -> str:
    return next(name for name, kind in _KINDS.items() if isinstance(field.default, kind))


if __name__ == "__main__":
    print(as_markdown(), end="")
