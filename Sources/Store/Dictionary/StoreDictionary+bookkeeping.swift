extension StoreDictionary {
    static let eventWarnings = StoreTable(
        "event_warnings", .appendOnly,
        """
        One row for each code of the warnings about a stored message. Before version 0.2.0 each warning had a row of its own.
        """,
        [
            StoreColumn("id", .integer, "Number of the row."),
            StoreColumn("event_id", .text, "Id of the event, which together with `occurred_at` names it."),
            StoreColumn("occurred_at", .integer, "When the event occurred.", unit: .time),
            StoreColumn("code", .text, "Code of the warning: see *Reasons and warnings*."),
            StoreColumn("pointer", .text, "JSON Pointer to the first member; empty: the whole message."),
            StoreColumn("detail", .text, "What was found there, in words."),
            StoreColumn("seq", .integer, "Number (`seq`) of the event.", null: "before version 0.2.0"),
            StoreColumn("count", .integer, "How many warnings of the code the message has."),
        ])

    static let quarantine = StoreTable(
        "quarantine", .appendOnly,
        "One row for each message that was refused.",
        [
            StoreColumn("id", .integer, "Number that `alidade quarantine` takes."),
            StoreColumn("received_at", .integer, "When the daemon received the message.", unit: .time),
            StoreColumn("queue", .text, "Queue that it came in: `profiler-telemetry` or `intelligence-events`."),
            StoreColumn("event_id", .text, "Id of the event, as far as it could be read, else a hash of the body."),
            StoreColumn("reason", .text, "Code of the first error: see *Reasons and warnings*."),
            StoreColumn("pointer", .text, "JSON Pointer to its member; empty: the whole message."),
            StoreColumn("detail", .text, "What was found and what was expected, in words."),
            StoreColumn(
                "errors", .text, "JSON array of the first 32 errors, each with `code`, `pointer` and `detail`."),
            StoreColumn("body", .blob, "The message, byte for byte."),
            StoreColumn("properties", .text, "JSON object: AMQP properties, headers, exchange, routing key."),
            StoreColumn("digest", .blob, "Hash by which the same message is found when it is delivered again."),
            StoreColumn(
                "error_count", .integer,
                "Errors in all.", null: "in rows of version 0.1, which list all of them; `quarantine_v` counts those"),
        ])

    static let quarantineResolutions = StoreTable(
        "quarantine_resolutions", .appendOnly,
        "One row for each quarantined message that was replayed or discarded. Those without one are unresolved.",
        [
            StoreColumn("id", .integer, "Number of the row."),
            StoreColumn("quarantine_id", .integer, "Number (`id`) of the quarantined message."),
            StoreColumn("action", .text, "What was done: `replay` or `discard`."),
            StoreColumn("resolved_at", .integer, "When it was replayed or discarded.", unit: .time),
            StoreColumn(
                "note", .text,
                "Note of the operator; `stored before` where a replay found a duplicate.", null: "no note"),
            StoreColumn(
                "stored_seq", .integer, "Number (`seq`) of the event that a replay stored.", null: "nothing was stored"),
            StoreColumn(
                "actor", .text,
                "Name of who did it: see `operations`.",
                null: "before version 0.2.0"),
            StoreColumn(
                "operation_id", .integer, "Number (`id`) of the operation that lasted and did it.",
                null: "it was done at once"),
        ])

    static let operations = StoreTable(
        "operations", .appendOnly,
        """
        One row for each time that somebody did something that is kept for good: with quarantined messages, or on a page with what not everybody \
        may see.
        """,
        [
            StoreColumn("id", .integer, "Number of the row."),
            StoreColumn("at", .integer, "When it was done.", unit: .time),
            StoreColumn(
                "actor", .text,
                """
                Name of who did it: on the command line the operating system's user, with sudo the one who called it; on a page who is logged in.
                """),
            StoreColumn(
                "via", .text,
                "From where it was done: `command_line`, or a page: `staff` (the staff file), `proxy` (a reverse proxy)."
            ),
            StoreColumn(
                "action", .text,
                "What was done: `replay`, `discard`, `dry_run`, `reveal`, `export`, `login`, `login_failed`, `logout`."),
            StoreColumn("note", .text, "Why, in the words of the operator.", null: "no note"),
            StoreColumn(
                "detail", .text,
                """
                JSON object: what was chosen on a page, or `ids` of the messages, or `reason` and how many were `discarded`; of a replay how \
                many were `stored` and `duplicates`.
                """),
            StoreColumn("peer", .text, "Address he came from.", null: "it was done on the command line"),
            StoreColumn(
                "expected", .integer,
                "How many messages it is about, where it lasts: until it has a row in `operation_ends`.",
                null: "it was done at once"),
        ])

    static let operationOutcomes = StoreTable(
        "operation_outcomes", .appendOnly,
        "One row for each quarantined message that an operation which lasts has dealt with.",
        [
            StoreColumn("operation_id", .integer, "Number (`id`) of the operation."),
            StoreColumn("quarantine_id", .integer, "Number (`id`) of the quarantined message."),
            StoreColumn(
                "outcome", .text,
                """
                What became of it, or would become of it in a `dry_run`: `stored`, `duplicate`, `discarded`, `refused`, `resolved_before` or \
                `unknown_queue`.
                """),
            StoreColumn(
                "detail", .text, "Code of the first reason it was refused for; what had been done with it before.",
                null: "there is nothing to say"),
        ])

    static let operationEnds = StoreTable(
        "operation_ends", .appendOnly,
        "One row for each operation that lasted and has ended.",
        [
            StoreColumn("operation_id", .integer, "Number (`id`) of the operation."),
            StoreColumn("ended_at", .integer, "When it ended.", unit: .time),
            StoreColumn("state", .text, "How it ended: `done`, `stopped` or `failed`."),
            StoreColumn("actor", .text, "Name of who stopped it.", null: "nobody stopped it"),
            StoreColumn("note", .text, "Why it failed, or was stopped.", null: "there is nothing to say"),
        ])

    static let ingestMinutes = StoreTable(
        "ingest_minutes", .table,
        "One row for each minute and queue in which messages arrived: the balance.",
        [
            StoreColumn(
                "minute_at", .integer, "Beginning of the minute in which the messages were received.", unit: .time),
            StoreColumn("queue", .text, "Queue that it came in: `profiler-telemetry` or `intelligence-events`."),
            StoreColumn("received", .integer, "How many messages arrived: the sum of the next three."),
            StoreColumn("stored", .integer, "How many of these were stored."),
            StoreColumn("duplicates", .integer, "How many of these were stored before."),
            StoreColumn("quarantined", .integer, "How many of these were refused."),
            StoreColumn("bytes", .integer, "Bytes of their bodies.", unit: .bytes),
        ])

    static let duplicateEvents = StoreTable(
        "duplicate_events", .view,
        "One row for each stored event that came again.",
        [
            StoreColumn("occurred_at", .integer, "When the event occurred.", unit: .time),
            StoreColumn("event_id", .text, "Id of the event."),
            StoreColumn("count", .integer, "How often the event came again."),
            StoreColumn("first_received_at", .integer, "When it came again for the first time.", unit: .time),
            StoreColumn("last_received_at", .integer, "When it came last.", unit: .time),
        ])

    static let storeColumns = StoreTable(
        "store_columns", .view,
        "One row for each column of the tables and views on this page, and of their views with the suffix `_v`.",
        [
            StoreColumn("table_name", .text, "Name of the table or view."),
            StoreColumn("column_name", .text, "Name of the column."),
            StoreColumn("type", .text, "Type of its values in SQLite: `INTEGER`, `REAL`, `TEXT` or `BLOB`."),
            StoreColumn("unit", .text, "Unit of its values.", null: "it has none"),
            StoreColumn("meaning", .text, "What the column holds, and in brackets when it is null."),
        ])
}
