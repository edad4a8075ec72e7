"""A study's result as a Markdown table, and as files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

SHOWN = {  # figure -> its head in the table
    "category P@1": "category P@1",
    "category P@10": "category P@10",
    "color P@1": "color P@1",
    "gender P@10": "gender P@10",
    "brand P@1": "brand P@1",
    "price error / category median": "price error / category median (less is better)",
    "title to picture R@10": "title to picture R@10",
    "same style, other colour R@10": "same style, other colour R@10",
}
SHOWN_OF_VIEWS = {
    "same product R@1": "another shop, same product R@1",
    "same product R@10": "another shop, same product R@10",
}


def as_table(result: dict[str, Any]) -> str:
    """A row a variant: its figures, then what it cost. A star marks a difference from the row that
    it is compared with whose interval leaves out 0."""
    rows = result["rows"]
    heads, cells = [result["where"]], [[row["name"]] for row in rows]
    for part, changes, shown in (
        ("figures", "differences", SHOWN),
        ("views", "views differences", SHOWN_OF_VIEWS),
    ):
        for name, head in shown.items():
            if any(name in row[part] for row in rows):
                heads.append(head)
                for row, line in zip(rows, cells, strict=True):
                    change = row.get(changes, {}).get(name)
                    line.append(_cell(row[part].get(name), change))
    heads += ["overall", *_COSTS]
    for place, row in enumerate(rows):
        beside = rows[0 if result["beside"] == "the first row" else place - 1] if place else None
        cells[place] += [f"{row['overall']:.3f}", *_costs(row, beside)]
    lines = [heads, ["---"] * len(heads), *cells]
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    return (
        f"{table}\n\nEqual for all: {result['equal']}. Time and * are against {result['beside']}; "
        "* marks a difference whose 95% interval (paired bootstrap over the queries) leaves out 0.\n"
    )


def write(result: dict[str, Any], out: Path) -> None:
    """``result.json`` and ``table.md`` in a folder."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "result.json").write_text(json.dumps(result, indent=1) + "\n")
    (out / "table.md").write_text(as_table(result))


_COSTS = ("parameters (M)", "steps", "pictures seen", "seconds a step", "training seconds", "time")


def _costs(row: dict[str, Any], beside: dict[str, Any] | None) -> list[str]:
    paces = [f"{took:.2f} ({side})" for side, took in row["seconds a step"].items()]
    other = beside["training seconds"] if beside else 0
    return [
        f"{row['parameters'] / 1e6:.2f}",
        f"{row['steps']}",
        f"{row['pictures seen']:,}",
        ", ".join(paces),
        f"{row['training seconds']:.0f}",
        f"{row['training seconds'] / other - 1:+.0%}" if other else "",
    ]


def _cell(figure: dict[str, Any] | None, change: dict[str, Any] | None) -> str:
    if figure is None:
        return ""
    clear = change is not None and not change["low"] <= 0 <= change["high"]
    return f"{figure['value']:.3f}{' *' * clear}"
