import ArgumentParser
import CSQLite
import SQLiteStore

/// `alidade-bench lookups`: how long an analyst waits for one event, one session, one learner, one signal, one administrator.
struct LookupBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lookups", abstract: "Time of look-ups by SQL on the store's tables and views.")

    @OptionGroup var options: BenchOptions
    @Option(help: "Events in the stores.") var sizes = "100000,5000000"
    @Option(help: "How often each is asked, each time for another one.") var repetitions = 500

    /// The answer to each is for one value of a column, which is drawn from all of a table.
    private static let questions: [(title: String, table: String, column: String, sql: String)] = [
        (
            "a profiler event by its id", "profiler_events", "event_id",
            "SELECT * FROM profiler_events WHERE event_id = ?"
        ),
        (
            "a recommendation by its id", "decision_recommendation_events", "event_id",
            "SELECT * FROM decision_recommendation_events_v WHERE event_id = ?"
        ),
        (
            "a session", "profiler_events", "session_id", "SELECT * FROM profiler_sessions WHERE session_id = ?"
        ),
        (
            "the messages of a session", "profiler_events", "session_id",
            "SELECT * FROM profiler_events WHERE session_id = ? ORDER BY occurred_at"
        ),
        ("a session's answers", "profiler_events", "session_id", "SELECT * FROM profiler_answers WHERE session_id = ?"),
        (
            "the sessions of a learner", "profiler_events", "user_id",
            "SELECT * FROM profiler_sessions WHERE user_id = ?"
        ),
        (
            "the events of a signal", "decision_recommendation_events", "risk_signal_id",
            "SELECT * FROM decision_recommendation_events WHERE risk_signal_id = ?"
        ),
        (
            "the cases of a signal", "decision_recommendation_events", "risk_signal_id",
            "SELECT * FROM recommendation_cases WHERE risk_signal_id = ?"
        ),
        (
            "the newest 50 of an administrator", "decision_recommendation_events", "admin_user_id",
            "SELECT * FROM decision_recommendation_events WHERE admin_user_id = ? ORDER BY occurred_at DESC LIMIT 50"
        ),
    ]

    func run() throws {
        let sizes = sizes.split(separator: ",").compactMap { Int($0) }
        var columns: [[(p50: Double, p99: Double)]] = []
        for size in sizes {
            let folder = try ScratchFolder(in: options.folder)
            var store = try BenchStore(folder, events: size, days: 400)
            try store.fill(size)
            let client = try SQLClient(store.location.path)
            columns.append(try Self.questions.map { try time($0, client) })
        }
        print("| look-up | \(sizes.map { "\($0): p50 ms | p99 ms" }.joined(separator: " | ")) |")
        print("| --- |\(String(repeating: " --- |", count: 2 * sizes.count))")
        for (place, question) in Self.questions.enumerated() {
            let cells = columns.map { "\(fixed($0[place].p50, 2)) | \(fixed($0[place].p99, 2))" }
            print("| \(question.title) | \(cells.joined(separator: " | ")) |")
        }
    }

    /// With the statement's preparation, warm.
    private func time(_ question: (title: String, table: String, column: String, sql: String), _ client: SQLClient)
        throws -> (p50: Double, p99: Double)
    {
        let last = try client.rows("SELECT max(seq) FROM \(question.table)", nil).first.flatMap { Int($0) } ?? 1
        var milliseconds: [Double] = []
        while milliseconds.count < repetitions {
            let drawn = "SELECT \(question.column) FROM \(question.table) WHERE seq >= ? LIMIT 1"
            guard let value = try client.rows(drawn, String(Int.random(in: 1...last))).first else { continue }
            let start = monotonicSeconds()
            let found = try client.rows(question.sql, value)
            milliseconds.append((monotonicSeconds() - start) * 1000)
            guard !found.isEmpty || question.column == "session_id" else {
                throw Program.Failed(description: "\(question.title): nothing was found")
            }
        }
        milliseconds.sort()
        return (milliseconds[milliseconds.count / 2], milliseconds[milliseconds.count * 99 / 100])
    }
}

/// A client of somebody who reads the store, with SQLite's own defaults.
private final class SQLClient {
    private var handle: OpaquePointer?

    init(_ path: String) throws {
        guard sqlite3_open_v2(path, &handle, SQLITE_OPEN_READONLY, nil) == SQLITE_OK else {
            throw failed("open \(path)")
        }
    }

    deinit { sqlite3_close_v2(handle) }

    /// The first column of each row; every column is read.
    func rows(_ sql: String, _ value: String?) throws -> [String] {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else { throw failed(sql) }
        defer { sqlite3_finalize(statement) }
        if let value { sqlite3_bind_text(statement, 1, value, -1, unsafeBitCast(-1, to: sqlite3_destructor_type.self)) }
        var rows: [String] = []
        while sqlite3_step(statement) == SQLITE_ROW {
            for column in 0..<sqlite3_column_count(statement) { _ = sqlite3_column_bytes(statement, column) }
            rows.append(sqlite3_column_text(statement, 0).map { String(cString: $0) } ?? "")
        }
        return rows
    }

    private func failed(_ doing: String) -> Program.Failed {
        Program.Failed(description: "\(doing): \(String(cString: sqlite3_errmsg(handle)))")
    }
}
