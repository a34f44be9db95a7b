"""The drop-in for upstream's `send_profiler_telemetry_to_analytics(session)`: same argument, same result, with what would have gone wrong mended.

Objects of Django's are read in the caller's thread, so that no connection to a database is opened elsewhere.
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from .. import telemetry
from .._names import Answer
from ..events import Unserialisable, is_number, time_text

_LONGEST_OPTION = 64
_LONGEST_AGENT = 1024
_FINISHED = ("finished", "locked", "completed")
_STATEMENT = "My Value Statement"


def send_profiler_telemetry_to_analytics(session: Any, *, answers: Iterable[Answer] | None = None) -> dict[str, Any] | None:
    """The payload, or None where it could not be made or was dropped. Never raises, and logs no payload."""
    try:
        payload = profiler_payload(session, answers=answers)
        tracked = telemetry.get_telemetry().track_profiler(payload)
    except Exception as error:
        telemetry.get_telemetry()._failed("profiler", error)
        return None
    return payload if tracked is not None else None


def profiler_payload(session: Any, *, answers: Iterable[Answer] | None = None) -> dict[str, Any]:
    """One state of a session, from a model of upstream's shape; whatever it does not have is left out.

    `answers` are those of FastAPI's profiler, whose question ids the alignment model knows; Django's own ids mean nothing to it.
    """
    result = _related(session, "result")
    accepted = getattr(session, "result_accepted", None)
    payload: dict[str, Any] = {
        "user_id": _user(session),
        "session_id": str(_any(session, "id", "pk")),
        "completion_status": _status(getattr(session, "status", None)),
        "time_spent_seconds": getattr(session, "time_spent_seconds", None),
        "time_spent_per_module": getattr(session, "time_spent_per_module", None) or {},
        # A score of 0 is a score.
        "aptitude_score": _number(getattr(session, "aptitude_score", None)),
        "technical_exposure_score": _number(getattr(session, "technical_exposure_score", None)),
        "work_style_cluster": getattr(session, "work_style_cluster", None) or None,
        "scenario_choices": _choices(getattr(session, "scenario_choices", None)),
        "difficulty_selection": getattr(session, "difficulty_selection", None) or None,
        "track_alignment_percentages": getattr(session, "track_alignment_percentages", None) or {},
        "value_statement": _value_statement(session),
        "result_accepted": accepted,
        "device_browser": {
            "user_agent": (getattr(session, "user_agent", None) or "")[:_LONGEST_AGENT] or None,
            "device_fingerprint": getattr(session, "device_fingerprint", None) or None,
            "ip_address": str(session.ip_address) if getattr(session, "ip_address", None) else None,
        },
        "attempt_count": 1 if getattr(session, "is_locked", False) or payload_is_finished(session) else 0,
        **{name: _time(getattr(session, name, None)) for name in (
            "started_at", "completed_at", "result_accepted_at", "foundations_transition_at")},
    }
    payload.update(_recommendation(session, result, accepted))
    reset_by = getattr(session, "admin_reset_by_id", None)
    if reset_by is not None:
        payload["admin_reset_by"] = str(reset_by)
    if result is not None:
        payload["overall_score"] = _number(getattr(result, "overall_score", None))
        payload["behavioral_score"] = _number(getattr(result, "behavioral_score", None))
        payload["recommended_tracks"] = getattr(result, "recommended_tracks", None) or []
    if answers is not None:
        payload["answers"] = _choices(list(answers))
    return payload


def payload_is_finished(session: Any) -> bool:
    """Upstream sends the completion before it locks the session, which is one attempt all the same."""
    return getattr(session, "status", None) in _FINISHED


def _user(session: Any) -> str:
    user = session.user
    # The public id, which is the same in all of upstream's services.
    identity = getattr(user, "uuid_id", None)
    return str(identity if identity is not None else user.pk)


def _status(status: Any) -> Any:
    # Upstream has a word for each step; the daemon knows the session is in progress.
    return "in_progress" if isinstance(status, str) and status.endswith("_complete") else status


def _recommendation(session: Any, result: Any, accepted: Any) -> dict[str, Any]:
    """Where the result was overridden, upstream has overwritten what was recommended, and the confidence with it."""
    track = getattr(session, "recommended_track_id", None)
    confidence = _number(getattr(session, "track_confidence", None))
    if accepted is not False:
        return {"recommended_track_id": str(track) if track else None, "track_confidence": confidence}
    original = _first_track(getattr(result, "recommended_tracks", None))
    found: dict[str, Any] = {"override_track_id": str(track) if track else None}
    if original is not None:
        found["recommended_track_id"] = original
    return found


def _first_track(tracks: Any) -> str | None:
    """Its entries are ids, or objects with one."""
    first = next(iter(tracks), None) if isinstance(tracks, (list, tuple)) else None
    if isinstance(first, Mapping):
        first = next((first[name] for name in ("track_id", "id", "track_key", "key", "track") if first.get(name)), None)
    return str(first) if first not in (None, "") else None


def _choices(choices: Any) -> list[dict[str, Any]]:
    """Numbers and booleans as text; what is empty or too long is no option, and its entry is left out."""
    found: list[dict[str, Any]] = []
    for choice in choices if isinstance(choices, (list, tuple)) else ():
        if not isinstance(choice, Mapping):
            continue
        option = choice.get("selected_option")
        if isinstance(option, bool):
            option = "true" if option else "false"
        elif is_number(option):
            option = str(option)
        if not isinstance(option, str) or not 0 < len(option) <= _LONGEST_OPTION:
            continue
        found.append({**choice, "selected_option": option})
    return found


def _number(value: Any) -> float | None:
    if isinstance(value, str):
        value = Decimal(value)
    return float(value) if is_number(value) else None


def _time(value: Any) -> str | None:
    naive = telemetry.default_client().options.naive_datetimes
    if isinstance(value, datetime):
        try:
            return time_text(value, naive)
        except Unserialisable:
            return value.isoformat()
    return str(value) if value else None


def _any(value: Any, *names: str) -> Any:
    return next((getattr(value, name) for name in names if getattr(value, name, None) is not None), None)


def _related(session: Any, name: str) -> Any:
    """A row of another table; None where there is none, whatever Django raises for that."""
    try:
        return getattr(session, name, None)
    except Exception:
        return None


def _value_statement(session: Any) -> str | None:
    """From the portfolio, as upstream has it; guarded, because that table may be anywhere."""
    try:
        from django.apps import apps

        entries = apps.get_model("dashboard", "PortfolioItem")._default_manager
        entry = entries.filter(user=session.user, item_type="reflection", title=_STATEMENT).order_by("-created_at").first()
        return entry.summary if entry is not None else None
    except Exception:
        return None
