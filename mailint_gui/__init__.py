"""Mailint: set up, test, run and watch the mail integrations of a help desk."""

__version__ = "0.1.0"
