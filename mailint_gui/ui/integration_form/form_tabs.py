"""The tabs of the form: pages with fields, which scroll on a low screen, and those that only show."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QTabWidget, QWidget

from mailint_gui.ui.fields.layout import PageArea, align_labels, keep_room_for, reveal
from mailint_gui.ui.icons import Shape, state_icon
from mailint_gui.ui.integration_form.history_page import HistoryPage
from mailint_gui.ui.integration_form.pages import Pages
from mailint_gui.ui.integration_form.rules_page import RulesPage

TABS = ("general", "incoming", "outgoing", "rules", "history")


class FormTabs(QObject):
    def __init__(self, tabs: QTabWidget, pages: Pages, rules: RulesPage, history: HistoryPage) -> None:
        super().__init__(tabs)
        self._tabs = tabs
        self._pages = pages
        self._areas = [PageArea(page) for page in pages.all]
        titles = (self.tr("General"), self.tr("Incoming email"), self.tr("Outgoing email"))
        for area, title in zip(self._areas, titles, strict=True):
            tabs.addTab(area, title)
        tabs.addTab(rules, self.tr("Email rules"))
        tabs.addTab(history, self.tr("History"))
        sign_ins = [form for side in pages.sides.values() for form in side.oauth.forms]
        align_labels([*(page.ui.form for page in pages.all), pages.incoming.filing.forms[0], *sign_ins])
        for page in pages.sides.values():
            keep_room_for(page.ui.form, page.ui.allow_insecure, page.oauth.ui.tokens)

    def open(self, place: str) -> None:
        """One of ``TABS``, or the path of a field, which gets the focus where it is shown."""
        self._tabs.setCurrentIndex(TABS.index(place.partition(".")[0]))
        for page in self._pages.all:
            known = any(each.path == place for each in page.fields.fields)
            if known and not page.fields.widget(place).isHidden():
                reveal(page.fields.widget(place))
                page.fields.focus(place)

    def take_room(self) -> None:
        """As wide and high as the largest page from the start, so that changing the tab moves nothing."""
        for widget in self._tabs.window().findChildren(QWidget):
            widget.ensurePolished()
            widget.updateGeometry()  # what is not shown yet remembers sizes from before
        for page in self._pages.all:
            page.ui.columns.activate()
        for area in self._areas:
            area.setMinimumWidth(max(each.minimumSizeHint().width() for each in self._areas))

    def show_marks(self) -> None:
        for index, page in enumerate(self._pages.all):
            marked = bool(page.fields.marked())
            icon = state_icon(Shape.DISABLED_BY_ERRORS, self._tabs.palette()) if marked else QIcon()
            self._tabs.setTabIcon(index, icon)

    def go_to_first_mark(self) -> None:
        self.show_marks()
        first = self._pages.first_marked()
        if first is not None:
            index, path = first
            fields = self._pages.all[index].fields
            reveal(fields.widget(path))
            fields.focus(path)
