"""The fields of the compose window as one draft, and what is wrong beside each."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from mailint_gui.domain.draft import Attached, AttachedFile, MailDraft
from mailint_gui.domain.typed_recipients import FIELDS
from mailint_gui.domain.validation import FieldError
from mailint_gui.ui._generated.ui_compose_window import Ui_ComposeWindow
from mailint_gui.wording.fields import field_words

_MARKED = ("integration", *FIELDS)
_ATTACHMENTS = "attachments"


class DraftFields(QObject):
    changed = Signal()

    def __init__(self, ui: Ui_ComposeWindow, draft: MailDraft, parent: QObject | None = None) -> None:
        """``draft``: also what the window does not show of it."""
        super().__init__(parent)
        self._ui = ui
        self._draft = draft
        self._addresses = {name: getattr(ui, name) for name in FIELDS}
        self.attached: tuple[Attached, ...] = ()
        for name, edit in self._addresses.items():
            edit.setText(getattr(draft, name))
        ui.subject.setText(draft.subject)
        ui.body.put(draft.text, draft.rich)
        ui.action_report_delivery.setChecked(draft.report_delivery)
        self.attach(draft.attachments)
        self.clear_marks()
        for edit in self._addresses.values():
            edit.textChanged.connect(self.changed)
        ui.subject.textChanged.connect(self.changed)
        ui.body.textChanged.connect(self.changed)
        ui.integration.currentIndexChanged.connect(self.changed)
        ui.action_report_delivery.toggled.connect(self.changed)
        ui.attachments.remove_requested.connect(self._take_off)

    def read(self) -> MailDraft:
        typed = {name: edit.text() for name, edit in self._addresses.items()}
        return replace(
            self._draft,
            integration_id=self._ui.integration.chosen(),
            subject=self._ui.subject.text(),
            text=self._ui.body.text(),
            rich=self._ui.body.rich(),
            attachments=self.attached,
            report_delivery=self._ui.action_report_delivery.isChecked(),
            **typed,
        )

    def attach(self, files: Sequence[Attached]) -> None:
        """What is attached already is taken anew."""
        anew = {each.path for each in files if isinstance(each, AttachedFile)}
        kept = [each for each in self.attached if not (isinstance(each, AttachedFile) and each.path in anew)]
        self._show_attached((*kept, *dict.fromkeys(files)))

    def mark(self, errors: Iterable[FieldError]) -> str:
        """Each fault at its place; the first field with one gets the focus. -> what has no place of its own."""
        at: dict[str, list[str]] = defaultdict(list)
        attached: dict[int, str] = {}
        apart: list[str] = []
        for error in errors:
            name, _, number = error.path.partition("[")
            if name in _MARKED:
                at[name].append(field_words(error))
            elif name == _ATTACHMENTS and number:
                attached[int(number.rstrip("]")) - 1] = field_words(error)
            else:
                apart.append(field_words(error))
        self._show_marks({name: "\n".join(told) for name, told in at.items()})
        self._ui.attachments.show_attached(self.attached, attached)
        self._focus(at, bool(attached))
        return " ".join(apart)

    def clear_marks(self) -> None:
        self._show_marks({})
        self._ui.attachments.show_attached(self.attached, {})

    def _show_marks(self, words: dict[str, str]) -> None:
        for name in _MARKED:
            mark = getattr(self._ui, f"{name}_mark")
            self._ui.fields.setRowVisible(mark, name in words)
            if name in words:
                mark.show_words(words[name])

    def _focus(self, at: Iterable[str], in_attached: bool) -> None:
        found = next((name for name in _MARKED if name in at), None)
        widget: QWidget | None = getattr(self._ui, found) if found else None
        if widget is None and in_attached:
            widget = self._ui.attachments.list
        if widget is not None:
            widget.setFocus()

    def _take_off(self, places: frozenset[int]) -> None:
        self._show_attached(tuple(each for place, each in enumerate(self.attached) if place not in places))

    def _show_attached(self, attached: tuple[Attached, ...]) -> None:
        self.attached = attached
        self._ui.attachments.show_attached(attached, {})
        self.changed.emit()
