"""States of a profiler session."""
from __future__ import annotations

from typing import Any

from .. import _rules
from .members import Members
from .times import time_text
from .words import plain

_DIFFICULTIES: tuple[str, ...] = _rules.PROFILER["difficulty_selection"][1][0]
_STEPS = ("started_at", "completed_at", "result_accepted_at", "foundations_transition_at")


def profiler(found: Members) -> None:
    event, known = found.event, _rules.PROFILER.keys()
    values: dict[str, Any] = {}
    times = {*_STEPS, "emitted_at", "event_id"}
    for name, rule in _rules.PROFILER.items():
        if name not in times:
            values[name] = found.member(name, rule, known, required=rule[2])
    steps = {name: found.own_time(event.get(name), f"/{name}") for name in _STEPS}
    reached = {name: seconds for name, seconds in steps.items() if seconds is not None}
    emitted = found.time(event.get("emitted_at"), "/emitted_at", "whole" if reached or found.outer_time is not None else "required")
    if emitted is not None:
        found.placed_at((emitted, "/emitted_at"))
    elif found.outer_time is not None:
        found.placed_at((found.outer_time, ""))
    elif not reached and event.get("emitted_at") in (None, ""):
        given = [name for name in _STEPS if found.is_no_time(event.get(name))]
        if not given:
            found.report("missing_time", "", "there is no emitted_at, no AMQP timestamp, and none of the session's own times")
        elif not found.strict:
            for name in given:
                found.time(event[name], f"/{name}", "required")
    found.event_id()
    if not found.errors:
        _contradictions(found, values, steps)


def _contradictions(found: Members, values: dict[str, Any], steps: dict[str, int | None]) -> None:
    modules, total = values["time_spent_per_module"], values["time_spent_seconds"]
    if modules and total is not None and sum(modules.values()) > total:
        found.warn("module_time_exceeds_total", "/time_spent_per_module",
                   f"the modules add up to {plain(sum(modules.values()))} seconds, more than time_spent_seconds, {total}")
    attempts = values["attempt_count"]
    if attempts is not None and attempts > 1 and values["admin_reset_by"] is None:
        found.warn("attempt_without_reset", "/attempt_count", f"attempt_count is {attempts} and admin_reset_by is absent")
    if attempts == 0 and values["completion_status"] == "locked":
        found.warn("attempt_count_contradicts", "/attempt_count", "the session is locked, and attempt_count is 0")
    difficulty, score = values["difficulty_selection"], values["technical_exposure_score"]
    if difficulty is not None and score is not None:
        shown = min(int(score / 20), len(_DIFFICULTIES) - 1)
        if abs(_DIFFICULTIES.index(difficulty) - shown) > 2:
            found.warn("difficulty_contradicts_exposure", "/difficulty_selection",
                       f"{difficulty} is more than two levels away from technical_exposure_score, {plain(score)}, which is {_DIFFICULTIES[shown]}")
    track, reported = values["recommended_track_id"], values["track_alignment_percentages"]
    if track is not None and track in (reported or {}):
        top = max(reported, key=lambda name: reported[name])
        if reported[top] - reported[track] > 5:
            found.warn("recommendation_contradicts_alignment", "/recommended_track_id",
                       f"the recommended track has {plain(reported[track])} per cent of the reported alignment, and {top} has {plain(reported[top])}")
    last = "completed_at" if steps["completed_at"] is not None else "started_at"
    for earlier, later in (("started_at", "completed_at"), (last, "result_accepted_at"), (last, "foundations_transition_at")):
        first, second = steps[earlier], steps[later]
        if first is not None and second is not None and second < first:
            found.warn("time_order", f"/{later}", f"{time_text(second)} is before {earlier}, {time_text(first)}")
