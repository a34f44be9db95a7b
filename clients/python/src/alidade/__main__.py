"""python -m alidade check | drain | send | bench"""
from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from . import telemetry
from ._version import __version__
from .errors import ConfigurationError, InvalidEvent, ReceiptTimeout
from .options import NAMES, read


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m alidade", description="The client of Alidade. Options are read from ALIDADE_… as in a program.")
    parser.add_argument("--version", action="version", version=__version__)
    parser.add_argument("--url", help="of the broker, instead of ALIDADE_BROKER_URL")
    parser.add_argument("--spool", help="instead of ALIDADE_SPOOL_DIR")
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="broker, permissions, queues, spool, daemon; exits 2 where something is wrong")
    check.add_argument("--event", type=int, metavar="ADMIN", help="also send one DASHBOARD_OPEN of this administrator and wait for its receipt")
    drain = commands.add_parser("drain", help="send what dead processes left in the spool; exits 1 where something is left")
    drain.add_argument("directory", nargs="?", help="the spool, where it is not the usual one")
    drain.add_argument("--timeout", type=float, default=60.0, help="seconds")
    send = commands.add_parser("send", help="send JSON Lines from a file and print each receipt; exits 2 where one is quarantined")
    send.add_argument("file", help="- is standard input")
    send.add_argument("--kind", choices=("profiler", "intelligence"), required=True)
    send.add_argument("--timeout", type=float, default=5.0, help="seconds for each receipt")
    bench = commands.add_parser("bench", help="measure what a call costs here; sends nothing unless --send")
    bench.add_argument("--count", type=int, default=20_000, help="calls of each measurement")
    bench.add_argument("--send", action="store_true", help="also measure with the broker, into its queues")
    bench.add_argument("--memory", type=int, default=1_000_000, help="events of the measurement of memory")
    bench.add_argument("--json", action="store_true")
    return parser


def _send(path: str, kind: str, timeout: float) -> int:
    source = sys.stdin if path == "-" else open(path, encoding="utf-8")
    status = 0
    with source:
        for number, line in enumerate(source, 1):
            if not line.strip():
                continue
            try:
                event = json.loads(line)
                receipt = telemetry.get_telemetry().send(event, kind="profiler" if kind == "profiler" else "intelligence", timeout=timeout)
                print(json.dumps({"event_id": receipt.event_id, "status": receipt.status, "errors": [str(error) for error in receipt.errors]}))
                if receipt.status == "quarantined":
                    status = 2
            except (ValueError, AttributeError, InvalidEvent, ReceiptTimeout) as error:
                print(f"line {number}: {error}", file=sys.stderr)
                status = max(status, 1)
    telemetry.default_client().close(5.0)
    return status


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    options = {name: value for name in NAMES if (value := getattr(given, name, None)) is not None}
    try:
        found = read(options)
    except ConfigurationError as error:
        print(f"alidade: {error}", file=sys.stderr)
        return 78
    if given.command == "check":
        from ._check import run

        return 2 if run(found, sys.stdout.write, given.event) else 0
    if given.command == "drain":
        from ._drain import drain
        from .options import spool_root

        sent, left = drain(found, given.directory or spool_root(found.spool), given.timeout)
        print(f"sent {sent} events" + (f"; {left} directories are left" if left else ""))
        return 1 if left else 0
    if given.command == "send":
        telemetry.configure_with(options)
        return _send(given.file, given.kind, given.timeout)
    from .bench import main as bench

    return bench(found, given.count, given.send, given.json, given.memory)


if __name__ == "__main__":
    sys.exit(main())
