"""`manage.py alidade_check`: what `python -m alidade check` says, with the site's settings."""
from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from alidade._check import run
from alidade.telemetry import default_client


class Command(BaseCommand):
    help = "Checks whether events arrive: broker, permissions, queues, spool, daemon."

    def handle(self, *args: Any, **options: Any) -> None:
        if run(default_client().options, self.stdout.write):
            raise CommandError("something is wrong")
