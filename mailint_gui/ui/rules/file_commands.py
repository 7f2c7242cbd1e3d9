"""Import and export of rules: which file, and what came of it. Files are read and written on a worker."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from mailint_gui.domain.problem import Problem
from mailint_gui.domain.refusal import RefusedError
from mailint_gui.domain.validation import ValidationError
from mailint_gui.ui.pending_calls import PendingCalls
from mailint_gui.wording.problems import words
from mailint_gui.wording.refusals import refusal_words
from mailint_gui.wording.rule_faults import rule_fault_words, rule_place_words
from mailint_gui.wording.text import filled, one_line
from mailint_gui.workers.rule_desk import Merged, RuleDesk, Rules

_MAX_TOLD = 5  # faults of a file in one notice


class FileCommands(QObject):
    merged = Signal(object)  # Rules, with those of the file
    told = Signal(str, bool)  # words, and whether something went wrong

    def __init__(self, desk: RuleDesk, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._calls = PendingCalls(self)

    def choose_import(self, rules: Rules, integrations: Mapping[str, int]) -> None:
        dialog = self._dialog(self.tr("Import rules"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.import_file(Path(path), rules, integrations))
        dialog.open()

    def choose_export(self, rules: Rules, integrations: Mapping[str, int]) -> None:
        dialog = self._dialog(self.tr("Export rules"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("toml")
        dialog.selectFile("rules.toml")
        dialog.fileSelected.connect(lambda path: self.export_file(Path(path), rules, integrations))
        dialog.open()

    def import_file(self, path: Path, rules: Rules, integrations: Mapping[str, int]) -> None:
        call = self._desk.merge(path, rules, integrations)
        self._calls.follow(call, partial(self._was_merged, rules), self._failed)

    def export_file(self, path: Path, rules: Rules, integrations: Mapping[str, int]) -> None:
        call = self._desk.export(path, rules, integrations)
        self._calls.follow(call, lambda _nothing: self._was_written(path), self._failed)

    def _dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self._window, title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setNameFilters([self.tr("Rules (*.toml)"), self.tr("All files (*)")])
        return dialog

    def _was_merged(self, before: Rules, answer: Merged) -> None:
        if answer.refused:
            nothing = self.tr("Nothing was imported.")
            self.told.emit(f"{nothing} {_faults(answer.refused, self._more)}", True)
        elif answer.rules == before:
            self.told.emit(
                self.tr("Nothing was imported. The file has no rule that is not in this list."), True
            )
        else:
            self.merged.emit(answer.rules)
            self.told.emit(
                self.tr("The rules of the file are in this list. Save to put them to work."), False
            )

    def _was_written(self, path: Path) -> None:
        self.told.emit(
            filled(self.tr("The rules were exported to {name}."), {"name": one_line(path.name)}), False
        )

    def _failed(self, refusal: Problem | RefusedError) -> None:
        if isinstance(refusal, Problem):
            self.told.emit(str(words(refusal)), True)
        else:
            self.told.emit(refusal_words(refusal.refusal, refusal.facts), True)

    def _more(self, count: int) -> str:
        return self.tr("And %n more.", None, count)


def _faults(refused: Iterable[ValidationError], more: Callable[[int], str]) -> str:
    """Each fault with its rule and place, the first few of them."""
    lines = [
        filled("{rule} {place}: {words}", _facts(each.subject, error.path, rule_fault_words(error)))
        for each in refused
        for error in each.errors
    ]
    shown = " ".join(line.removeprefix(": ") for line in lines[:_MAX_TOLD])
    return f"{shown} {more(len(lines) - _MAX_TOLD)}" if len(lines) > _MAX_TOLD else shown


def _facts(rule: str, path: str, words: str) -> dict[str, str]:
    return {"rule": f"“{one_line(rule)}”," if rule else "", "place": rule_place_words(path), "words": words}
