"""How the incoming mail of one integration is filed: what is kept out, what joins a record, what a new one has."""

from collections.abc import Iterable

from PySide6.QtWidgets import QComboBox, QFormLayout, QWidget

from mailint_gui.domain.filing import AutomaticMail, ClosedRecords, RecordMatching
from mailint_gui.domain.properties import AccountProperties
from mailint_gui.ui._generated.ui_integration_form_filing import Ui_IntegrationFormFiling
from mailint_gui.ui.fields.binding import Field
from mailint_gui.ui.fields.kinds import EDITABLE, ENTRIES, choice, choice_as_text, offer, offer_texts


class FilingSection(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ui = Ui_IntegrationFormFiling()
        self.ui.setupUi(self)
        offer(self.ui.automatic_mail, AutomaticMail)
        offer(self.ui.record_matching, RecordMatching)
        offer(self.ui.closed_records, ClosedRecords)
        self._offer_statuses(())

    @property
    def forms(self) -> tuple[QFormLayout, ...]:
        return self.ui.intake_form, self.ui.record_form

    def declared(self) -> list[Field]:
        ui = self.ui
        senders = self.tr("One a line: an address, a domain, or either with * for any text.")
        subjects = self.tr("One a line: the whole subject; * stands for any text.")
        automatic = self.tr("Automatic replies, and our own mail that comes back.")
        begins = self.tr("Chosen from the lists in Settings, or typed. Empty: nothing is set.")
        return [
            Field("filing.ignore_senders", ui.ignore_senders, ENTRIES, 39, senders),
            Field("filing.ignore_subjects", ui.ignore_subjects, ENTRIES, 39, subjects),
            Field("filing.automatic_mail", ui.automatic_mail, choice(AutomaticMail), 39, automatic),
            Field("filing.record_matching", ui.record_matching, choice(RecordMatching), 32),
            Field("filing.status_after_reply", ui.status_after_reply, choice_as_text(), 32),
            Field("filing.closed_records", ui.closed_records, choice(ClosedRecords), 32),
            Field("filing.category", ui.category, EDITABLE, 32, begins),
            Field("filing.urgency", ui.urgency, EDITABLE, 32, begins),
            Field("filing.priority", ui.priority, EDITABLE, 32, begins),
            Field("filing.assignee", ui.assignee, EDITABLE, 32, begins),
            Field("filing.group", ui.group, EDITABLE, 32, begins),
        ]

    def offer_lists(self, properties: AccountProperties) -> None:
        """What there is to choose from; what is chosen or typed stays."""
        self._offer_statuses(properties.record_statuses)
        lists: dict[QComboBox, tuple[str, ...]] = {
            self.ui.category: properties.record_categories,
            self.ui.urgency: properties.record_urgencies,
            self.ui.priority: properties.record_priorities,
            self.ui.assignee: properties.admins,
            self.ui.group: properties.groups,
        }
        for combo, texts in lists.items():
            offer_texts(combo, texts)

    def _offer_statuses(self, statuses: Iterable[str]) -> None:
        combo = self.ui.status_after_reply
        chosen = combo.currentData() or ""
        kept = combo.blockSignals(True)
        combo.clear()
        combo.addItem(self.tr("Keep the status"), "")
        for status in statuses:
            combo.addItem(status, status)
        choice_as_text().write(combo, chosen)
        combo.blockSignals(kept)
