"""Members of an event by their rules, and what holds others: maps, entries, objects."""
from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .. import _rules
from .moments import Moments
from .words import escape


class Members(Moments):
    """All checks of one event."""

    def container(self, value: Any, pointer: str, *, is_list: bool) -> bool:
        if value is None or (isinstance(value, str) and value == ""):
            return False
        if isinstance(value, (list, tuple)) if is_list else isinstance(value, Mapping):
            return True
        if not is_list and isinstance(value, (list, tuple)) and not value:
            return False
        self.refuse_type(value, "an array" if is_list else "an object", pointer, "optional")
        return False

    def surplus(self, count: int, what: str, maximum: int, pointer: str) -> None:
        detail = f"{count} {what}, more than {maximum}"
        if self.strict:
            self.report("too_long", pointer, detail)
        else:
            self.warn("member_ignored", pointer, f"{detail}; the first {maximum} count")

    def map(self, value: Any, pointer: str, low: int | None, high: int | None, maximum: int | None, rule: tuple[Any, ...]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if not self.container(value, pointer, is_list=False):
            return found
        for count, (name, entry) in enumerate(value.items(), 1):
            if maximum is not None and count > maximum:
                break
            place = f"{pointer}/{escape(str(name))}"
            if "\0" in name:
                self.null(place, "entry")
            elif len(name) < (low or 0) or (high is not None and len(name) > high):
                self.length(name, low or 0, high, place, "entry")
            else:
                read = self.by(rule, entry, place, "entry")
                if read is not None:
                    found[name] = read
        if maximum is not None and len(value) > maximum:
            self.surplus(len(value), "members", maximum, pointer)
        return found

    def entries(self, value: Any, pointer: str, maximum: int, members: Mapping[str, Any]) -> None:
        """`answers` and `scenario_choices`."""
        if not self.container(value, pointer, is_list=True):
            return
        for position, entry in enumerate(value[:maximum]):
            place = f"{pointer}/{position}"
            if not isinstance(entry, Mapping):
                self.refuse_type(entry, "an object", place, "entry")
                continue
            given = {name: entry.get(name) for name in members}
            has_id, has_key = (given[name] not in (None, "") for name in ("question_id", "question_key"))
            if not has_id and not has_key:
                hint = self.missing("question_id", members, entry) or self.missing("question_key", members, entry)
                self.refuse("missing_field", place, "entry", hint or "question_id or question_key is required")
                continue
            named = self.by(members["question_id"], given["question_id"], f"{place}/question_id", "whole" if has_key else "entry")
            self.by(members["question_key"], given["question_key"], f"{place}/question_key", "whole" if named is not None else "entry")
            self.by(members["selected_option"], given["selected_option"], f"{place}/selected_option", "entry")
        if len(value) > maximum:
            self.surplus(len(value), "entries", maximum, pointer)

    def object(self, value: Any, pointer: str, members: Mapping[str, Any]) -> None:
        if self.container(value, pointer, is_list=False):
            for name, rule in members.items():
                self.by(rule, value.get(name), f"{pointer}/{name}", "optional")

    def free(self, value: Any, pointer: str, maximum: int) -> None:
        if not self.container(value, pointer, is_list=False):
            return
        size = len(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace"))
        if size > maximum and not (self.errors and not self.strict):
            self.refuse("too_long", pointer, "whole", f"the object has {size} bytes, more than {maximum}")

    def by(self, rule: tuple[Any, ...], value: Any, pointer: str, need: str) -> Any:
        kind, parameters = rule[0], rule[1]
        if kind in ("map", "entries", "object", "free"):
            return getattr(self, kind)(value, pointer, *parameters)
        check: Callable[..., Any] = getattr(self, kind)
        return check(value, pointer, need, *parameters)

    def member(self, name: str, rule: tuple[Any, ...], known: Iterable[str], *, required: bool) -> Any:
        value = self.event.get(name)
        if required and value is None:
            self.report("missing_field", f"/{name}", self.missing(name, known) or f"{name} is required")
            return None
        return self.by(rule, value, f"/{name}", "required" if required else "optional")

    def event_id(self) -> None:
        self.text(self.event.get("event_id"), "/event_id", "whole", *_rules.EVERY_KIND["event_id"][1])
