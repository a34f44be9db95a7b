"""Texts, words and addresses. Each check answers None for what is absent and for what is of no use."""
from __future__ import annotations

from typing import Any

from .addresses import is_address, first_address
from .findings import Findings
from .words import exact, is_number, not_certain, quote, scalar, show, near_miss


class Texts(Findings):
    """Of one event."""

    def blank(self, value: Any, need: str) -> bool:
        return value is None or (need != "required" and isinstance(value, str) and value == "")

    def text(self, value: Any, pointer: str, need: str, low: int, high: int | None) -> str | None:
        if self.blank(value, need):
            return None
        if not isinstance(value, str):
            digits = exact(value)
            if self.strict or digits is None:
                self.refuse_type(value, "a string", pointer, need)
                return None
            self.warn("coerced", pointer, f"the number {digits} is read as text")
            return str(digits)
        if "\0" in value:
            self.null(pointer, need)
            return None
        if len(value) < low or (high is not None and len(value) > high):
            if need == "optional" and not self.strict and len(value) >= low:
                self.warn("member_ignored", pointer, f"{self.too_long(value, high)}; the columns have its first {high}")
                return value[:high]
            self.length(value, low, high, pointer, need)
            return None
        return value

    def too_long(self, value: str, high: int | None) -> str:
        return f"{quote(value)} has {len(value)} characters, more than {high}"

    def length(self, value: str, low: int, high: int | None, pointer: str, need: str) -> None:
        if len(value) < low:
            self.refuse("too_short", pointer, need, f"an empty string where {low} to {high} characters are expected")
        else:
            self.refuse("too_long", pointer, need, self.too_long(value, high))

    def null(self, pointer: str, need: str) -> None:
        detail = "the text has the character U+0000, which a database cannot hold"
        if need in ("required", "whole"):
            self.report("invalid_character", pointer, detail)
        else:
            self.refuse("invalid_character", pointer, need, detail)

    def version(self, value: Any, pointer: str, need: str, low: int, high: int) -> str | None:
        if value is None or isinstance(value, str):
            return self.text(value, pointer, need, low, high)
        text = scalar(value)
        if self.strict or isinstance(value, bool) or text is None:
            self.refuse_type(value, "a string", pointer, need)
            return None
        self.warn("coerced", pointer, f"the number {show(value)} is read as the text {text}")
        return text

    def text_or_integer(self, value: Any, pointer: str, need: str, low: int, high: int) -> str | None:
        if value is None:
            return None
        if isinstance(value, str):
            return self.text(value, pointer, need, low, high)
        digits = exact(value)
        if digits is not None:
            return str(digits)
        if is_number(value) and (isinstance(value, int) or value == round(value)):
            self.refuse("out_of_range", pointer, need, not_certain(value))
        else:
            self.refuse_type(value, "a string or an integer", pointer, need)
        return None

    def scalar(self, value: Any, pointer: str, need: str, low: int, high: int) -> str | None:
        if value is None:
            return None
        if isinstance(value, str):
            return self.text(value, pointer, need, low, high)
        text = scalar(value)
        if text is None:
            self.refuse_type(value, "a string", pointer, need)
        return text

    def words(self, value: Any, pointer: str, need: str, words: tuple[str, ...], ending: str | None) -> str | None:
        if self.blank(value, need):
            return None
        if isinstance(value, str):
            if value in words or (ending and len(value) > len(ending) and value.endswith(ending) and "\0" not in value):
                return value
            if "\0" in value:
                self.null(pointer, need)
                return None
            folded = value.lower()
            # An alias is no word of its own: `Completed` is read as finished.
            match = next((word for word in words if word.lower() == folded), None)
            if not self.strict and match is not None:
                self.warn("coerced", pointer, f"{show(value)} is read as {'finished' if match == 'completed' else match}")
                return match
            if not self.strict and ending and len(value) > len(ending) and folded.endswith(ending):
                self.warn("coerced", pointer, f"{show(value)} is read as in_progress")
                return folded
        listed = words if not ending else tuple(word for word in words if word != "completed")
        names = ", ".join(listed)
        if not isinstance(value, str):
            self.refuse_type(value, f"one of {names}", pointer, need)
            return None
        near = near_miss(value, listed)
        self.refuse("unknown_value", pointer, need, f"{show(value)} is not one of {names}" + (f"; did you mean {near}?" if near else ""))
        return None

    def boolean(self, value: Any, pointer: str, need: str) -> bool | None:
        if self.blank(value, need):
            return None
        if isinstance(value, bool):
            return value
        truth = {"true": True, "false": False}.get(value.lower()) if isinstance(value, str) else None
        if is_number(value) and value in (0, 1):
            truth = bool(value)
        if truth is None or self.strict:
            self.refuse_type(value, "true or false", pointer, need)
            return None
        self.warn("coerced", pointer, f"{show(value)} is read as {'true' if truth else 'false'}")
        return truth

    def address(self, value: Any, pointer: str, need: str) -> str | None:
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            return self.text(value, pointer, need, 1, None)
        if is_address(value):
            return value
        first = None if self.strict else first_address(value)
        if first is None:
            self.refuse("invalid_ip", pointer, need, f"{show(value)} is neither an IPv4 nor an IPv6 address")
            return None
        self.warn("coerced", pointer, f"{show(value)} is read as the address {quote(first)}")
        return first
