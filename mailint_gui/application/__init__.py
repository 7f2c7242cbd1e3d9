"""The composition root: the one place that builds store, secrets, services, workers and windows, and ties them.

It holds no behaviour. Nothing heavy is imported before it is needed: a reading verb comes through here too.
"""

from mailint_gui.application.services import build_services

__all__ = ["build_services"]
