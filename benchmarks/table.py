"""What a benchmark found, as one table of plain text."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Table:
    """``rows`` of cells under ``columns``; ``notes`` say how it was measured."""

    title: str
    columns: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, *cells: str) -> None:
        self.rows.append(cells)

    def __str__(self) -> str:
        lines = [self.columns, *self.rows]
        widths = [max(len(line[column]) for line in lines) for column in range(len(self.columns))]
        text = [self._line(line, widths) for line in lines]
        text.insert(1, "  ".join("-" * width for width in widths))
        return "\n".join([f"== {self.title}", *text, *(f"   {note}" for note in self.notes), ""])

    @staticmethod
    def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
        first, *others = zip(cells, widths, strict=True)
        aligned = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
        return "  ".join(aligned).rstrip()


def ratio(ours: float, theirs: float) -> str:
    return f"{ours / theirs:.2f} ×" if theirs else "-"


def reached(value: float, target: float) -> str:
    """For a figure that is to be ``target`` at least."""
    return "reached" if value >= target else "MISSED"


def within(value: float, limit: float) -> str:
    """For a figure that is to be ``limit`` at most."""
    return "reached" if value <= limit else "MISSED"
