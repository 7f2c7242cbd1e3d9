"""The rules window: the ordered list, edited as one set that is saved or discarded as a whole."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent
from PySide6.QtWidgets import QMainWindow, QWidget

from mailint_gui.domain.problem import Problem
from mailint_gui.domain.rule_text import shortened
from mailint_gui.domain.rule_validation import MAX_RULES
from mailint_gui.domain.validation import ValidationError
from mailint_gui.ui._generated.ui_rules_window import Ui_RulesWindow
from mailint_gui.ui.banners import Banners, Button, Subject
from mailint_gui.ui.icons import action_icon
from mailint_gui.ui.plain import plain_tip
from mailint_gui.ui.rules.commands import RuleCommands
from mailint_gui.ui.rules.file_commands import FileCommands
from mailint_gui.ui.rules.model import RuleModel
from mailint_gui.ui.rules.rule_set import RuleSet
from mailint_gui.ui.rules.save_faults import SaveFaults
from mailint_gui.ui.rules.save_question import ask_to_save
from mailint_gui.ui.rules.storing import RuleStoring
from mailint_gui.ui.session_end import session_ends
from mailint_gui.ui.status_board import StatusBoard
from mailint_gui.ui.theme import PALETTE_EVENTS, Role
from mailint_gui.ui.window_memory import WindowMemory
from mailint_gui.wording.problems import words
from mailint_gui.wording.rules import rule_words
from mailint_gui.workers.desk import Desk
from mailint_gui.workers.rule_desk import RuleDesk, Rules

_MEMORY = "rules"
_MAX_TIP = 600
_ICONS = {
    "new": "new",
    "edit": "edit",
    "duplicate": "duplicate",
    "delete": "delete",
    "up": "up",
    "down": "down",
    "dry_run": "try",
    "import": "import",
    "export": "export",
}
_OF_THE_TABLE = ("edit", "duplicate", "delete", "up", "down")  # their keys are the table's alone


class RulesWindow(QMainWindow):
    closed = Signal()
    kept_open = Signal()  # it was to be closed, and the admin goes on editing

    def __init__(
        self, desk: Desk, board: StatusBoard, memory: WindowMemory, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desk = RuleDesk(desk)
        self._board = board
        self._memory = memory
        self._faults = SaveFaults()
        self._names: dict[int, str] = {}
        self._close_when_saved = False
        self.ui = Ui_RulesWindow()
        self.ui.setupUi(self)
        self.setCentralWidget(self.ui.central)
        self.rules = RuleSet()
        self.banners = Banners(self.ui.banners, self)
        self.model = RuleModel(self)
        self.files = FileCommands(self._desk, self)
        self.storing = RuleStoring(self._desk, self.rules, self)
        self.commands = RuleCommands(self._desk, self.rules, self.ui.table, self)
        self.ui.table.show_rows(self.model)
        self.ui.table.tip = self._tip
        self._dress()
        self._connect_commands()
        self._connect(desk)
        self._take_surroundings()
        self._take_names()
        self._show_rows()
        memory.restore_place(_MEMORY, self)
        self.ui.table.setFocus()
        self.storing.read()

    def action(self, name: str) -> QAction:
        action: QAction = getattr(self.ui, f"action_{name}")
        return action

    def show_for(self, integration_id: int | None) -> None:
        """The rules of one integration; None: all."""
        self.ui.integration_filter.choose(integration_id)

    def save(self) -> None:
        """Stores the whole list, or nothing; what is wrong is marked at its rule."""
        if self.rules.dirty and not self.storing.is_saving:
            self.banners.hide(Subject.RESULT)
            self.storing.save()
            self._show_commands()

    def discard(self) -> None:
        """Back to what is stored."""
        self.rules.discard()
        self.banners.hide(Subject.RESULT)
        self._changed(())

    # Building

    def _dress(self) -> None:
        for name, icon in _ICONS.items():
            self.action(name).setIcon(action_icon(icon, self.palette()))

    def _connect_commands(self) -> None:
        ui, commands = self.ui, self.commands
        done: dict[str, Callable[[], object]] = {
            "new": commands.new,
            "edit": lambda: self._edit(ui.table.places()[0]),
            "duplicate": commands.duplicate,
            "delete": commands.delete,
            "up": lambda: commands.move(-1),
            "down": lambda: commands.move(1),
            "dry_run": self._open_dry_run,
            "import": lambda: self.files.choose_import(self.rules.rules, self._ids_by_name()),
            "export": lambda: self.files.choose_export(self.rules.rules, self._ids_by_name()),
            "save": self.save,
            "discard": self.discard,
        }
        for name, do in done.items():
            self.action(name).triggered.connect(lambda _checked=False, do=do: do())
        for name in _OF_THE_TABLE:
            self.action(name).setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            ui.table.addAction(self.action(name))
        self.addActions([ui.action_save, ui.action_discard])
        ui.save.clicked.connect(self.save)
        ui.discard.clicked.connect(self.discard)
        ui.empty_new.clicked.connect(commands.new)
        ui.table.open_requested.connect(self._edit)
        ui.table.toggle_requested.connect(commands.toggle)
        ui.table.drop_requested.connect(commands.drop)
        self.model.toggled.connect(lambda place, on: commands.turn((place,), on))
        commands.changed.connect(self._changed_by_hand)

    def _connect(self, desk: Desk) -> None:
        self.ui.table.selection_changed.connect(self._show_commands)
        self.ui.integration_filter.currentIndexChanged.connect(self._show_rows)
        self.files.merged.connect(self._take_merged)
        self.files.told.connect(self._tell)
        self.storing.taken.connect(self._take_stored)
        self.storing.changed_elsewhere.connect(self._offer_others)
        self.storing.patterns_missing.connect(self._tell_patterns)
        self.storing.refused.connect(self._refused)
        self.storing.failed.connect(self._tell_problem)
        self.storing.ended.connect(self._save_ended)
        for signal in (self._board.reset, self._board.changed, self._board.removed):
            signal.connect(self._take_names)
        self._board.surroundings_changed.connect(self._take_surroundings)
        desk.rules_changed.connect(self.storing.read)

    # What is stored

    def _take_stored(self) -> None:
        self.banners.hide(Subject.TROUBLE)
        self._changed(self.ui.table.places())

    def _offer_others(self, stored: Rules) -> None:
        told = self.tr("The rules were changed elsewhere. Saving puts this list in place of that one.")
        load = Button(self.tr("Load those rules"), lambda: self.storing.take(stored))
        self.banners.show(Subject.TROUBLE, Role.CAUTION, told, load)

    def _tell_patterns(self) -> None:
        told = self.tr(
            "Patterns cannot be used on this computer: their engine is missing. Rules with a pattern are "
            "kept and left undecided; all others work."
        )
        self.banners.show(Subject.PATTERNS, Role.CAUTION, told, closable=True)

    def _refused(self, refusal: ValidationError) -> None:
        self._faults = SaveFaults(refusal.errors)
        self.show_for(None)
        self._show_rows()
        self.ui.table.select(self._faults.places()[:1])
        self._tell(self._faults.headline(self.rules.rules), True)

    def _save_ended(self) -> None:
        self._show_commands()
        closing, self._close_when_saved = self._close_when_saved, False
        if closing and not self.rules.dirty:
            self.close()
        elif closing:
            self.kept_open.emit()

    # Commands

    def _edit(self, place: int) -> None:
        self.commands.edit(place, self._faults.of(place))

    def _take_merged(self, rules: Rules) -> None:
        self.rules.replace_all(rules)
        self._changed(())

    def _open_dry_run(self) -> None:
        from mailint_gui.ui.rules.dry_run import DryRunDialog  # loaded when first used

        DryRunDialog(self._desk, self.rules.rules, self._board, self).open()

    # What is shown

    def _changed_by_hand(self, chosen: Iterable[int]) -> None:
        """What was told of the list before need not hold any more."""
        self.banners.hide(Subject.RESULT)
        self._changed(chosen)

    def _changed(self, chosen: Iterable[int]) -> None:
        """The list is another: faults of a refused save stand at places that may be others' now."""
        self._faults = SaveFaults()
        chosen = tuple(chosen)
        self._show_rows()
        if any(0 <= each < len(self.rules.rules) for each in chosen):
            if not set(chosen) & set(self.ui.table.shown()):
                self.show_for(None)
            self.ui.table.select(chosen)

    def _show_rows(self) -> None:
        wanted = self.ui.integration_filter.currentData()
        rows = [
            (place, rule)
            for place, rule in enumerate(self.rules.rules)
            if wanted is None or rule.is_for(wanted)
        ]
        faults = {place: self._faults.words(place) for place in self._faults.places()}
        self.model.fill(rows, self._names, faults, self.palette())
        empty = self.storing.is_read and not self.rules.rules
        self.ui.pages.setCurrentWidget(self.ui.empty_page if empty else self.ui.table)
        self._show_commands()

    def _show_commands(self) -> None:
        chosen, dirty = self.ui.table.places(), self.rules.dirty
        free = self.storing.is_read and not self.storing.is_saving
        room = len(self.rules.rules) < MAX_RULES
        possible = {
            "new": room,
            "edit": len(chosen) == 1,
            "duplicate": room and len(chosen) == 1,
            "delete": bool(chosen),
            "up": self.commands.can_move(-1),
            "down": self.commands.can_move(1),
            "dry_run": True,
            "import": True,
            "export": bool(self.rules.rules),
            "save": dirty,
            "discard": dirty,
        }
        for name, is_possible in possible.items():
            self.action(name).setEnabled(free and is_possible)
        for button in (self.ui.save, self.ui.discard):
            button.setEnabled(free and dirty)
        self.ui.table.setEnabled(not self.storing.is_saving)
        self.ui.changes.setText(self._changes_words() if dirty else "")
        self.setWindowModified(dirty)

    def _tip(self, place: int) -> str:
        told = self._faults.words(place) or rule_words(self.rules.rules[place], self._names)
        return plain_tip(shortened(told, _MAX_TIP))

    def _changes_words(self) -> str:
        count = self.rules.changes()
        if count == 1:
            return self.tr("1 rule changed, not saved")
        return self.tr("%n rules changed, not saved", None, count)

    def _take_surroundings(self) -> None:
        self.commands.properties = self._board.surroundings.properties

    def _take_names(self) -> None:
        names = {status.id: status.name for status in self._board.statuses()}
        if names != self._names:
            self._names = self.commands.names = names
            self.ui.integration_filter.offer(names)
            self._show_rows()

    def _ids_by_name(self) -> dict[str, int]:
        return {name: id_ for id_, name in self._names.items()}

    def _tell(self, text: str, is_bad: bool) -> None:
        role = Role.NEGATIVE if is_bad else Role.POSITIVE
        self.banners.show(Subject.RESULT, role, text, closable=True)

    def _tell_problem(self, problem: Problem) -> None:
        self._tell(str(words(problem)), True)

    # The window itself

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in PALETTE_EVENTS and hasattr(self, "commands"):  # it is made
            self._dress()
            self._show_rows()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._memory.keep_place(_MEMORY, self)
        closes = not self.rules.dirty or session_ends()
        event.setAccepted(closes)
        if closes:
            self.closed.emit()
        else:
            ask_to_save(self, self._save_and_close, self._discard_and_close, self.kept_open.emit)

    def _save_and_close(self) -> None:
        self._close_when_saved = True
        self.save()

    def _discard_and_close(self) -> None:
        self.rules.discard()
        self.close()
