"""`manage.py alidade_drain`: sends what dead processes left in the spool."""
from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from alidade._drain import drain
from alidade.telemetry import default_client


class Command(BaseCommand):
    help = "Sends what dead processes left in the spool."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--timeout", type=float, default=60.0, help="seconds")

    def handle(self, *args: Any, **options: Any) -> None:
        client = default_client()
        sent, left = drain(client.options, client.root, options["timeout"])
        self.stdout.write(f"sent {sent}, left {left}")
        if left:
            raise CommandError("not everything could be sent")
