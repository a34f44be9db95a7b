"""Addresses of the Internet Protocol, as proxies write them."""
from __future__ import annotations

import re
import socket

_PORT = re.compile(r"(:[0-9]{1,5})?")


def is_address(text: str) -> bool:
    if not text or len(text) > 45 or "\0" in text:
        return False
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, text)
            return True
        except (OSError, ValueError):
            pass
    return False


def first_address(text: str) -> str | None:
    """The address that a proxy's text begins with: of a list the first, without a port."""
    if is_address(text):
        return text
    host = text.split(",")[0].strip(" \t")
    if host.startswith("["):
        host, _, port = host[1:].partition("]")
    elif host.count(":") == 1:
        at = host.index(":")
        host, port = host[:at], host[at:]
    else:
        port = ""
    return host if _PORT.fullmatch(port) and is_address(host) else None
