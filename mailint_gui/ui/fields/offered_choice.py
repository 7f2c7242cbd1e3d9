"""A list whose values hang on another choice; what was chosen under each is remembered."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Generic, TypeVar

from PySide6.QtWidgets import QComboBox

from mailint_gui.ui.fields.kinds import choice, offer

Under = TypeVar("Under", bound=StrEnum)
Chosen = TypeVar("Chosen", bound=StrEnum)


class OfferedChoice(Generic[Under, Chosen]):
    """``offers``: for each value of the other choice what can be chosen, the first by itself."""

    def __init__(self, combo: QComboBox, offers: Mapping[Under, tuple[Chosen, ...]]) -> None:
        self._combo, self._offers = combo, offers
        self._chosen = {under: possible[0] for under, possible in offers.items()}
        self._under = next(iter(offers))
        offer(combo, offers[self._under])
        combo.activated.connect(self._remember)

    def offer(self, under: Under) -> None:
        """Shows what can be chosen under ``under``, and what was."""
        self._under = under
        combo = self._combo
        blocked = combo.blockSignals(True)  # for a moment nothing is chosen
        combo.clear()
        offer(combo, self._offers[under])
        choice(type(self._chosen[under])).write(combo, self._chosen[under])
        combo.blockSignals(blocked)
        combo.currentIndexChanged.emit(combo.currentIndex())

    def settle(self, under: Under, chosen: Chosen) -> None:
        """What is stored, and shown already."""
        self._chosen[under] = chosen

    def _remember(self) -> None:
        kind = type(self._chosen[self._under])
        self._chosen[self._under] = kind(self._combo.currentData())
