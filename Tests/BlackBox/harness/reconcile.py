import collections
import dataclasses

from harness.broker import QUEUES
from harness.waiting import wait_until


@dataclasses.dataclass
class Findings:
    """Where the ledger, the store and the broker disagree; empty when every message has exactly one fate."""

    lost: list
    doubled: list
    unexpected: list
    wrong_reason: list
    balance: list
    left_in_queues: dict

    def __bool__(self):
        return any(dataclasses.astuple(self))

    def __str__(self):
        parts = []
        for field in dataclasses.fields(self):
            found = getattr(self, field.name)
            if found:
                some = list(found.items() if isinstance(found, dict) else found)[:3]
                parts.append(f"{field.name}: {len(found)}, such as {str(some)[:600]}")
        return "; ".join(parts) or "nothing"


def reconcile(ledger, store, host=None):
    """Compares what the broker confirmed with what the store holds. Call it when the daemon has stopped."""
    good, bad = ledger.good(), ledger.bad()
    doubtful_good, doubtful_bad = ledger.in_doubt()
    stored = collections.Counter(store.identities())
    quarantined = collections.Counter(body for body, _ in store.quarantined())
    reasons = dict(store.quarantined())
    minutes = store.rows("SELECT queue, minute_at, received, stored, duplicates, quarantined FROM ingest_minutes")
    balance = [row for row in minutes if row[2] != row[3] + row[4] + row[5]]
    tally = store.tally()
    if tally["stored"] != stored.total() or tally["quarantined"] != quarantined.total():
        balance.append(("ingest_minutes", tally, "tables", stored.total(), quarantined.total()))
    if tally["received"] < ledger.copies():
        balance.append(("received", tally["received"], "confirmed", ledger.copies()))
    depths = {}
    if host is not None:
        depths = {name: count for name, count in host.depths().items() if count and name in QUEUES.values()}
    return Findings(
        lost=[*(good - set(stored)), *(set(bad) - set(quarantined))],
        doubled=[key for key, count in [*stored.items(), *quarantined.items()] if count > 1],
        unexpected=[*(set(stored) - good - doubtful_good), *(set(quarantined) - set(bad) - doubtful_bad)],
        wrong_reason=[(reason, reasons[body], body[:200]) for body, reason in bad.items() if reasons.get(body, reason) != reason],
        balance=balance,
        left_in_queues=depths)


def drain(ledger, store, host, limit=60):
    """Waits until the daemon has decided on everything that was published and no queue holds a message any more."""
    wait_until(
        f"{ledger.copies()} messages were received (now {store.tally()})",
        lambda: store.tally()["received"] >= ledger.copies(), limit)
    wait_until("the queues were empty", lambda: not any(host.depths()[name] for name in QUEUES.values()), limit, every=0.3)


def assert_reconciled(ledger, store, host, daemon, limit=60):
    """Drains, stops the daemon in order and finds every message exactly once."""
    drain(ledger, store, host, limit)
    assert daemon.stop() == 0, daemon.log()
    findings = reconcile(ledger, store, host)
    assert not findings, f"{findings}\n{daemon.log()[-3000:]}"
    assert_derived_tables_are_true(daemon)


def assert_derived_tables_are_true(daemon):
    """Whatever happened, the rollups, sessions and identities are what a rebuild from the events makes."""
    verified = daemon.verify_store()
    assert verified.returncode == 0, verified.stdout + verified.stderr
