"""Figures as Markdown tables: of one version, of its robustness, and of two versions."""

from __future__ import annotations

from typing import Any

Table = dict[str, Any]  # figure -> {"value", "low", "high"}

CONDITION_FIGURES = (
    "same picture found again R@1",
    "category P@1",
    "category P@10",
    "color P@1",
    "gender P@10",
    "brand P@1",
    "price error / category median",
    "same product R@1",
    "same product R@10",
)


def as_table(result: dict[str, Any]) -> str:
    """A row a figure, a column a method; below it, a row a condition for the whole vectors."""
    columns: dict[str, Table] = result["columns"]
    names = list(columns)
    where = f"{result['source'] or 'all feeds'}, {result['split']}, {result['pictures']} pictures"
    lines = [f"| {where} | {' | '.join(names)} |", "|---|" + "---|" * len(names)]
    for row in _rows(columns):
        cells = [_cell(columns[name].get(row), interval=name == "version") for name in names]
        lines.append(f"| {row} | {' | '.join(cells)} |")
    if result.get("overall"):
        shares = [f"{result['overall'][name]:.3f}" for name in names]
        lines.append(f"| overall | {' | '.join(shares)} |")
    for name, conditions in result.get("robustness", {}).items():
        lines += ["", *_conditions(f"{name}, query altered", conditions)]
    return "\n".join(lines) + "\n"


def as_comparison(result: dict[str, Any]) -> str:
    """A table of differences for each reading of both versions, and for each altered query."""
    lines = []
    for name, rows in result["comparison"].items():
        head = f"{name} ({result['source'] or 'all feeds'}, {result['split']})"
        lines += [
            f"| {head} | {result['version']} | {result['other']} | difference |",
            "|---|---|---|---|",
        ]
        for row, cells in rows.items():
            change = cells["difference"]
            mark = "" if change["low"] <= 0 <= change["high"] else " *"
            lines.append(
                f"| {row} | {_cell(cells['version'])} | {_cell(cells['other'])} | "
                f"{change['value']:+.3f} [{change['low']:+.3f}, {change['high']:+.3f}]{mark} |"
            )
        lines.append("")
    overall = result["overall"]
    lines.append(
        f"overall: {overall['version']:.3f} and {overall['other']:.3f}; * marks a difference whose "
        "95% interval (paired bootstrap over the queries) leaves out 0"
    )
    return "\n".join(lines) + "\n"


def _conditions(head: str, conditions: dict[str, Table]) -> list[str]:
    figures = [name for name in CONDITION_FIGURES if any(name in t for t in conditions.values())]
    lines = [f"| {head} | {' | '.join(figures)} |", "|---|" + "---|" * len(figures)]
    for condition, table in conditions.items():
        cells = [_cell(table.get(name)) for name in figures]
        lines.append(f"| {condition} | {' | '.join(cells)} |")
    return lines


def _rows(columns: dict[str, Table]) -> list[str]:
    """Every figure that a column has, in the order of the first that has it."""
    rows = dict.fromkeys(row for table in columns.values() for row in table)
    return [row for row in rows if row != "pictures"]


def _cell(figure: dict[str, Any] | None, *, interval: bool = True) -> str:
    if figure is None:
        return ""
    if interval and "low" in figure:
        return f"{figure['value']:.3f} [{figure['low']:.3f}, {figure['high']:.3f}]"
    return f"{figure['value']:.3f}"
