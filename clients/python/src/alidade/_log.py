"""The logger, and one line for each cause and minute."""
from __future__ import annotations

import logging
import time

logger = logging.getLogger("alidade")
logger.addHandler(logging.NullHandler())


class Once:
    """One line for each cause and minute, as a sum."""

    def __init__(self, seconds: float = 60.0) -> None:
        self.seconds = seconds
        self._said: dict[str, float] = {}

    def may(self, cause: str, seconds: float | None = None) -> bool:
        now = time.monotonic()
        if now - self._said.get(cause, -1e9) < (self.seconds if seconds is None else seconds):
            return False
        if len(self._said) > 1000:
            self._said.clear()
        self._said[cause] = now
        return True

    def say(self, cause: str, text: str) -> None:
        if self.may(cause):
            logger.warning("%s", text)
