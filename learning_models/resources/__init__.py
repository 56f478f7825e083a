"""Spreadsheet kinds of this app (settings.SHEETS names them)."""

from learning_models.resources.registrations import CitizenSheet, RegistrationSheet

__all__ = ["CitizenSheet", "RegistrationSheet"]
