"""What an import did, for people (`ImportReport.table`) and for programs (`as_dict`)."""

from __future__ import annotations

import copy
import dataclasses
from typing import Any

from catalog.writing import Change

SHOWN_REFUSALS = 20


@dataclasses.dataclass(frozen=True, slots=True)
class Refusal:
    """A row (or one picture of a row) that was not taken, and why."""

    row: int
    reason: str


@dataclasses.dataclass(slots=True)
class ImportReport:
    """Counts of one import. Every row is one of added, updated, unchanged or refused."""

    source: str
    rows: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    vanished: int = 0  # products of the source that the feed no longer has
    pictures: int = 0  # of the rows that were taken
    pictures_stored: int = 0  # of those, decoded and stored now; the others were known
    pictures_refused: int = 0  # of products that have another, good one
    seconds: float = 0.0
    complete: bool = False  # whether the feed was read to its end
    refusals: list[Refusal] = dataclasses.field(default_factory=list)  # the first `SHOWN_REFUSALS`
    notes: list[str] = dataclasses.field(default_factory=list)

    @property
    def accepted(self) -> int:
        """Rows that became, or are, products."""
        return self.added + self.updated + self.unchanged

    @property
    def pictures_per_second(self) -> float:
        """Pictures seen to a second of the whole import, stored or known."""
        return self.pictures / self.seconds if self.seconds else 0.0

    def count(self, change: Change) -> None:
        """Count a row that was taken."""
        setattr(self, change, getattr(self, change) + 1)

    def refuse(self, row: int, reason: str) -> None:
        """Count a row that was not taken."""
        self.refused += 1
        self._keep(Refusal(row, reason))

    def refuse_picture(self, row: int, reason: str) -> None:
        """Count a picture that was not taken, of a row that was."""
        self.pictures_refused += 1
        self._keep(Refusal(row, reason))

    def copy(self) -> ImportReport:
        """An independent copy, to count a batch that may yet fail."""
        duplicate = copy.copy(self)
        duplicate.refusals = list(self.refusals)
        duplicate.notes = list(self.notes)
        return duplicate

    def take(self, counted: ImportReport) -> None:
        """Become what ``counted`` is."""
        for field in dataclasses.fields(self):
            setattr(self, field.name, getattr(counted, field.name))

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return dataclasses.asdict(self) | {
            "pictures_per_second": round(self.pictures_per_second, 1)
        }

    def table(self) -> str:
        """The summary that ends an import, for a terminal."""
        counts = {
            "rows read": self.rows,
            "added": self.added,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "vanished": self.vanished,
            "refused": self.refused,
            "pictures": self.pictures,
            "of them stored now": self.pictures_stored,
            "of them refused": self.pictures_refused,
        }
        lines = [f"Import of {self.source}" + ("" if self.complete else " (not finished)")]
        lines += [f"  {name:<20}{number:>12,}" for name, number in counts.items()]
        lines.append(f"  {'seconds':<20}{self.seconds:>12,.1f}")
        lines.append(f"  {'pictures a second':<20}{self.pictures_per_second:>12,.0f}")
        if self.refusals:
            total = self.refused + self.pictures_refused
            shown = len(self.refusals)
            lines.append(
                "Refused" + (f" (the first {shown} of {total:,})" if total > shown else "")
            )
            lines += [f"  row {refusal.row}: {refusal.reason}" for refusal in self.refusals]
        lines += [f"Note: {note}" for note in self.notes]
        return "\n".join(lines)

    def _keep(self, refusal: Refusal) -> None:
        if len(self.refusals) < SHOWN_REFUSALS:
            self.refusals.append(refusal)
