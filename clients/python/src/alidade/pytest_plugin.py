"""The fixture `alidade_events`: what the test tracked, and nothing is sent."""
from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .testing import Recorder


@pytest.fixture
def alidade_events() -> Iterator[Recorder]:
    """Every event that is tracked while the test runs; see `alidade.testing`."""
    from .testing import recording

    with recording() as events:
        yield events
