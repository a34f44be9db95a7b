import contextlib
import sqlite3

from harness.waiting import wait_until

EVENT_TABLES = (
    "profiler_events", "decision_recommendation_events", "decision_outcome_snapshots", "admin_view_telemetry")


class Store:
    """The store as any SQLite client sees it: Python's, read-only, while the daemon writes."""

    def __init__(self, path):
        self.path = path

    @contextlib.contextmanager
    def open(self, mode="ro"):
        connection = sqlite3.connect(f"file:{self.path}?mode={mode}", uri=True, timeout=10, isolation_level=None)
        try:
            yield connection
        finally:
            connection.close()

    def rows(self, sql, *values):
        with self.open() as connection:
            return connection.execute(sql, values).fetchall()

    def dicts(self, sql, *values):
        with self.open() as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(sql, values)]

    def value(self, sql, *values):
        return self.rows(sql, *values)[0][0]

    def append_only(self):
        """The tables whose triggers refuse a change; The-store.md has the list that they are compared with."""
        return [table for table, in self.rows(
            "SELECT DISTINCT tbl_name FROM sqlite_schema WHERE type = 'trigger' AND sql LIKE '% is append-only%'")]

    def identities(self):
        return self.rows(" UNION ALL ".join(f"SELECT event_id, occurred_at FROM {table}" for table in EVENT_TABLES))

    def quarantined(self):
        return [(bytes(body), reason) for body, reason in self.rows("SELECT body, reason FROM quarantine")]

    def tally(self):
        """The sums of ingest_minutes; nothing where the store does not exist or is being made."""
        columns = ("received", "stored", "duplicates", "quarantined")
        try:
            sums = self.rows("SELECT " + ", ".join(f"coalesce(sum({c}), 0)" for c in columns) + " FROM ingest_minutes")[0]
        except sqlite3.OperationalError:
            sums = (0,) * len(columns)
        return dict(zip(columns, sums))

    def await_received(self, count, limit=30):
        wait_until(f"{count} messages were received", lambda: self.tally()["received"] >= count, limit)
