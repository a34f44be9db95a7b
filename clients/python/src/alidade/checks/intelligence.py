"""Events of the dashboard: exactly one member decides the kind."""
from __future__ import annotations

from collections.abc import Mapping

from .. import _rules
from .members import Members


def intelligence(found: Members) -> None:
    event = found.event
    known = {*_rules.EVERY_KIND, *(name for members in _rules.KINDS.values() for name in members)}
    given = [kind for kind, name in _rules.DECIDING.items() if event.get(name) not in (None, "")]
    if len(given) == 1:
        kind, = given
        unless = _rules.REQUIRED_UNLESS.get(kind)
        decided = None
        for name, rule in sorted(_rules.KINDS[kind].items(), key=lambda item: item[0] == "context"):
            required = rule[2]
            if unless is not None and name == unless[0]:
                required = decided is not None and decided != unless[2]
            if name == "context":
                found.container(event.get(name), "/context", is_list=False)
                continue
            value = found.member(name, rule, known, required=required)
            if name == _rules.DECIDING[kind]:
                decided = value
    elif given:
        names = " and ".join(_rules.DECIDING[kind] for kind in given)
        found.report("ambiguous_kind", "", f"{names} are present; exactly one of them decides the kind")
    else:
        detail = "none of action_taken, outcome_status and event_type is present"
        hint = next(filter(None, (found.missing(name, known) for name in _rules.DECIDING.values())), None)
        found.report("unknown_kind", "", f"{detail}; {hint}" if hint else detail)
    version = found.by(_rules.EVERY_KIND["explanation_version"], event.get("explanation_version"), "/explanation_version", "optional")
    _occurred(found)
    found.event_id()
    if given == ["recommendation"] and not found.errors and isinstance(event.get("context"), Mapping):
        found.by(_rules.KINDS["recommendation"]["context"], event["context"], "/context", "whole")
    if version is None and not found.errors and not any(problem.pointer == "/explanation_version" for problem in found.warnings):
        found.warn("missing_version", "/explanation_version", "explanation_version is absent, and stored as unknown")


def _occurred(found: Members) -> None:
    event = found.event
    occurred_at, created_at = event.get("occurred_at"), event.get("created_at")
    has_created = created_at not in (None, "") and not found.is_no_time(created_at)
    other = found.outer_time is not None
    occurred = found.time(occurred_at, "/occurred_at", "whole" if has_created or other else "required")
    created = found.time(created_at, "/created_at", "whole" if occurred is not None or other else "required")
    if occurred is not None:
        found.placed_at((occurred, "/occurred_at"))
    elif created is not None:
        found.placed_at((created, "/created_at"))
    elif found.outer_time is not None:
        found.placed_at((found.outer_time, ""))
    elif occurred_at in (None, "") and created_at in (None, ""):
        found.report("missing_time", "", "there is neither occurred_at nor created_at nor an AMQP timestamp"
                                         " (Django's model_to_dict leaves out what has auto_now_add)")
