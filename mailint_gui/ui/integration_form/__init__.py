"""The dialog in which an integration is set up, tested and watched."""

from mailint_gui.ui.integration_form.dialog import IntegrationForm

__all__ = ["IntegrationForm"]
