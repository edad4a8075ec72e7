"""``samevibe compare``: two versions side by side on the same pictures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from train.evaluate import as_table, evaluate


def compare(
    version: Path,
    other: Path,
    home: Path,
    split: str = "test",
    out: Path | None = None,
    *,
    source: str | None = None,
) -> dict[str, Any]:
    """Figures of both versions in the form of ``evaluate``, columns named by version.

    With ``out``, writes ``comparison.json`` and ``comparison.md`` there.
    """
    first = evaluate(version, home, split, source=source, baselines=False)
    second = evaluate(other, home, split, source=source, baselines=False)
    columns = {
        "version": first["columns"]["version"],
        f"other: {second['version']}": second["columns"]["version"],
    }
    for name, table in second["columns"].items():
        if name.endswith(" alone"):
            columns[name] = first["columns"].get(name, {})
            columns[f"other: {name}"] = table
    overall = {
        name: (second if name.startswith("other: ") else first)["overall"].get(
            "version" if second["version"] in name else name.removeprefix("other: "), 0.0
        )
        for name in columns
    }
    result = {**first, "other": second["version"], "columns": columns, "overall": overall}
    if out is not None:
        out = Path(out)
        out.mkdir(parents=True, exist_ok=True)
        (out / "comparison.json").write_text(json.dumps(result, indent=1) + "\n")
        (out / "comparison.md").write_text(as_table(result))
    return result
