"""Types that cost nothing when the program runs."""
from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Literal, TypedDict

if TYPE_CHECKING:
    from datetime import datetime

    if sys.version_info >= (3, 11):
        from typing import Unpack as Unpack
    else:
        from typing_extensions import Unpack as Unpack

Kind = Literal["profiler", "intelligence"]
Confidence = Literal["HIGH", "MEDIUM", "LOW"]
OutcomeStatus = Literal["RESOLVED", "ESCALATED", "NO_ACTION", "FALSE_POSITIVE"]


class More(TypedDict, total=False):
    """What every call takes by name only."""

    explanation_version: str
    occurred_at: datetime
    event_id: str


class Answer(TypedDict, total=False):
    """One answered question of a profiler session."""

    question_id: str
    question_key: str
    selected_option: str | int | float | bool | None
