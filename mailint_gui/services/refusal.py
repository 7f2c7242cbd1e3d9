"""Why a store was not opened, for those who may not know the store."""

from mailint_gui.store.errors import StoreRefusal, StoreRefusedError

__all__ = ["StoreRefusal", "StoreRefusedError"]
