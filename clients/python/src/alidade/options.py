"""Configuration: options of `configure`, the environment `ALIDADE_…`, Django's `ALIDADE = {…}`."""
from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from .errors import ConfigurationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Literal

    from ._types import Drop

DEFAULT_URL = "amqp://guest:guest@127.0.0.1:5672/"
# What the environment calls otherwise than ALIDADE_ and the option in upper case.
_ENVIRONMENT = {"url": "ALIDADE_BROKER_URL", "password_file": "ALIDADE_BROKER_PASSWORD_FILE", "spool": "ALIDADE_SPOOL_DIR"}
_TLS = ("ca_file", "certificate_file", "key_file", "verify_hostname")
_TLS_ENVIRONMENT = {name: f"ALIDADE_BROKER_TLS_{name.upper()}" for name in _TLS}
_NONE = ("", "none", "null")


def program_name() -> str:
    """Of the program that runs, as the name of a service."""
    main = sys.modules.get("__main__")
    name = getattr(getattr(main, "__spec__", None), "name", None) or os.path.basename(sys.argv[0] if sys.argv and sys.argv[0] else "")
    name = name.removesuffix(".__main__").rsplit(".py", 1)[0]
    return name if name not in ("", "-", "-c", "-m") else "python"


class Options:
    """Every option with its value; made by `read`, never changed."""

    url: str
    password_file: str | None
    tls: dict[str, Any]
    service: str
    explanation_version: str | None
    spool: str | None
    spool_max_bytes: int
    spool_sync_seconds: float | None
    queue_max_events: int
    queue_max_bytes: int
    on_full: Literal["drop_new", "drop_old"]
    exit_timeout: float
    metrics_timeout: float
    retry_seconds: float
    strict: bool
    enabled: bool
    on_commit: bool
    naive_datetimes: Literal["utc", "local", "refuse"]
    on_drop: Callable[[Drop], object] | None
    result_names: dict[str, dict[str, str]]

    def __init__(self, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            setattr(self, name, value)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("a text is expected")
    return value


def _optional_text(value: Any) -> str | None:
    return None if value is None or value == "" else _text(os.fspath(value))


def _spool(value: Any) -> str | None:
    return None if value is None or (isinstance(value, str) and value.lower() in _NONE) else _text(os.fspath(value))


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in ("1", "true", "yes", "on"):
        return True
    if word in ("0", "false", "no", "off", ""):
        return False
    raise ValueError("true or false is expected")


def _positive(value: Any) -> int:
    number = int(value)
    if isinstance(value, bool) or number <= 0:
        raise ValueError("a number above 0 is expected")
    return number


def _seconds(value: Any) -> float:
    number = float(value)
    if isinstance(value, bool) or not 0 <= number < 1e9:
        raise ValueError("seconds are expected")
    return number


def _optional_seconds(value: Any) -> float | None:
    return None if value is None or (isinstance(value, str) and value.lower() in _NONE) else _seconds(value)


def _one_of(*words: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in words:
            raise ValueError(f"one of {', '.join(words)} is expected")
        return str(value)
    return read


def _callback(value: Any) -> Callable[[Drop], object] | None:
    if value is not None and not callable(value):
        raise ValueError("a function is expected")
    return value  # type: ignore[no-any-return]


def _names(value: Any) -> dict[str, dict[str, str]]:
    if not isinstance(value, Mapping) or not all(isinstance(names, Mapping) for names in value.values()):
        raise ValueError("an object of objects is expected")
    return {str(call): dict(names) for call, names in value.items()}


def _tls(value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ValueError("an object is expected")
    for name in value:
        if name not in _TLS:
            raise ValueError(_unknown(name, _TLS, "member"))
    return dict(value)


_READERS: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "url": (_text, DEFAULT_URL),
    "password_file": (_optional_text, None),
    "tls": (_tls, {}),
    "service": (_text, None),
    "explanation_version": (_optional_text, None),
    "spool": (_spool, "auto"),
    "spool_max_bytes": (_positive, 268_435_456),
    "spool_sync_seconds": (_optional_seconds, 1.0),
    "queue_max_events": (_positive, 10_000),
    "queue_max_bytes": (_positive, 16_777_216),
    "on_full": (_one_of("drop_new", "drop_old"), "drop_new"),
    "exit_timeout": (_seconds, None),
    "metrics_timeout": (_seconds, 2.0),
    "retry_seconds": (_seconds, 30.0),
    "strict": (_flag, False),
    "enabled": (_flag, True),
    "on_commit": (_flag, False),
    "naive_datetimes": (_one_of("utc", "local", "refuse"), "utc"),
    "on_drop": (_callback, None),
    "result_names": (_names, {}),
}
NAMES: tuple[str, ...] = tuple(_READERS)


def _unknown(name: str, known: tuple[str, ...], what: str = "option") -> str:
    from .checks.words import near_miss

    near = near_miss(str(name), known)
    return f"there is no {what} {name!r}" + (f"; did you mean {near}?" if near else f"; there are {', '.join(known)}")


def read(given: Mapping[str, Any], environment: Mapping[str, str] | None = None, defaults: Mapping[str, Any] | None = None) -> Options:
    """What is given, else the environment, else the defaults. Raises ConfigurationError."""
    environment = os.environ if environment is None else environment
    for name in given:
        if name not in _READERS:
            raise ConfigurationError(_unknown(name, NAMES))
    values: dict[str, Any] = {}
    for name, (reader, default) in _READERS.items():
        variable = _ENVIRONMENT.get(name, f"ALIDADE_{name.upper()}")
        if name in given:
            source, value = name, given[name]
        elif name not in ("tls", "on_drop", "result_names") and variable in environment:
            source, value = variable, environment[variable]
        else:
            source, value = name, (defaults or {}).get(name, default)
            if value is None and name in ("service", "exit_timeout"):
                values[name] = None
                continue
        try:
            values[name] = reader(value)
        except (ValueError, TypeError, OverflowError) as error:
            # A URL may hold a password, which nothing prints.
            shown = "" if name == "url" else f" {value!r}:"
            raise ConfigurationError(f"{source}:{shown} {error}") from None
    values["tls"] = {**{name: environment[variable] for name, variable in _TLS_ENVIRONMENT.items() if variable in environment}, **values["tls"]}
    if values["service"] is None:
        values["service"] = program_name()
    if values["exit_timeout"] is None:
        values["exit_timeout"] = 2.0 if values["spool"] is None else 0.5
    check_urls(values["url"])
    return Options(values)


def check_urls(text: str) -> list[str]:
    """The URLs that are tried in turn."""
    urls = [url.strip() for url in text.split(",") if url.strip()]
    for url in urls:
        if not url.startswith(("amqp://", "amqps://")):
            raise ConfigurationError("url: each URL begins with amqp:// or amqps://")
    if not urls:
        raise ConfigurationError("url: there is none")
    return urls


def spool_root(setting: str | None) -> str | None:
    """Where events wait: the setting, or the first usable of the usual places. None: in memory only."""
    if setting != "auto":
        return setting
    usual = "/var/spool/alidade-client"
    if os.access(usual, os.W_OK | os.X_OK):
        return usual
    return os.path.join(os.environ.get("TMPDIR") or "/tmp", f"alidade-spool-{os.getuid()}")
