"""Mails to people: written with the change that they tell of, sent after its commit."""

from services.messages.layout import Action, Lead
from services.messages.mail import queue_mail

__all__ = ["Action", "Lead", "queue_mail"]
