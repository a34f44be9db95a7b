"""Reads the settings, and lets events wait for the transaction they are about."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.signals import setting_changed

from .. import telemetry
from .._log import logger
from ..errors import ConfigurationError


def options_of(found: Any) -> dict[str, Any]:
    """Of the settings: keys in upper or lower case."""
    return {str(name).lower(): value for name, value in dict(found or {}).items()}


class AlidadeConfig(AppConfig):
    """The application of Django's."""

    name = "alidade.django"
    label = "alidade"
    verbose_name = "Alidade"

    def ready(self) -> None:
        from . import checks  # noqa: F401

        configure()
        setting_changed.connect(_changed, dispatch_uid="alidade")


def configure() -> None:
    """From the settings. A wrong one is reported by `manage.py check` and disables telemetry, not the site."""
    try:
        client = telemetry.configure_with(options_of(getattr(settings, "ALIDADE", None)), {"strict": settings.DEBUG, "on_commit": True})
    except (ConfigurationError, TypeError, ValueError) as error:
        logger.error("telemetry is disabled: %s", error)
        telemetry.configure_with({"enabled": False, "service": "disabled"})
        return
    if client.options.on_commit:
        client.defer = defer


def _changed(*, setting: str, **_: Any) -> None:
    if setting == "ALIDADE":
        configure()


def defer(enqueue: Callable[[], None]) -> bool:
    """After the commit, or not at all; False outside a transaction. Opens no connection to the database."""
    from django.db import DEFAULT_DB_ALIAS, connections, transaction

    try:
        if not connections[DEFAULT_DB_ALIAS].in_atomic_block:
            return False
        transaction.on_commit(enqueue, robust=True)
        return True
    except Exception:
        # A transaction that is broken already, for one: the event is told all the same.
        return False
