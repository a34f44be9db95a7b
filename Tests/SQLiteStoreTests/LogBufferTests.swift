import Foundation
import Testing

@testable import SQLiteStore
import Store

/// The write-ahead log that is written in large pieces holds what SQLite wrote, for everybody and at any time.
struct LogBufferTests {
    private let store: TemporaryStore

    init() throws { store = try TemporaryStore() }

    private func open(gathersLog: Bool) throws -> Database {
        let database = try Database.open(store.location.path, .readWriteCreate, gathersLog: gathersLog)
        try database.run(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = 10; PRAGMA wal_autocheckpoint = 0",
            doing: "test")
        return database
    }

    private func fill(_ database: Database, _ rows: Range<Int>) throws {
        let insert = try database.prepare("INSERT OR REPLACE INTO rows VALUES (?, ?)")
        for row in rows {
            insert.bind(1, Int64(row))
            insert.bindCopy(2, Array(repeating: UInt8(truncatingIfNeeded: row), count: 3000))
            try insert.run(doing: "test")
        }
    }

    private static let sum = "SELECT total(length(content) + id * unicode(hex(content))) FROM rows"

    @Test
    func
        `a transaction larger than the cache is read while it is written, rolled back, and seen by others once it is committed`()
        throws
    {
        #expect(LogBuffer.vfs != nil)
        let database = try open(gathersLog: true)
        try database.run("CREATE TABLE rows (id INTEGER PRIMARY KEY, content BLOB)", doing: "test")
        let reader = try open(gathersLog: false)
        for round in 0..<4 {
            try database.run("BEGIN", doing: "test")
            try fill(database, 0..<500 + round)
            #expect(try database.integer("SELECT count(*) FROM rows") == 500 + Int64(round))
            try database.run("ROLLBACK", doing: "test")
            #expect(try database.integer("SELECT count(*) FROM rows") == (round == 0 ? 0 : 499 + Int64(round)))
            try database.run("BEGIN", doing: "test")
            try fill(database, 0..<500 + round)
            let before = try reader.integer("SELECT count(*) FROM rows")
            #expect(before == (round == 0 ? 0 : 499 + Int64(round)))
            try database.run("COMMIT", doing: "test")
            #expect(try reader.integer("SELECT count(*) FROM rows") == 500 + Int64(round))
            #expect(try reader.text(Self.sum) == database.text(Self.sum))
            if round == 2 { database.checkpoint() }
        }
        #expect(try reader.text("PRAGMA integrity_check") == "ok")
    }

    /// What a transaction left in the buffer belongs where the next commit goes, be it of this connection or of another process.
    @Test(arguments: ["ROLLBACK", "INSERT OR ROLLBACK INTO rows VALUES (0, '')"], [true, false])
    func `what was not committed is never written over what another connection committed`(
        end: String, goesOn: Bool
    ) throws {
        let other = try open(gathersLog: false)
        try other.run("CREATE TABLE rows (id INTEGER PRIMARY KEY, content BLOB)", doing: "test")
        try fill(other, 0..<50)
        do {
            let database = try open(gathersLog: true)
            // More than the cache holds, so that pages go to the log, and less than the buffer.
            try database.run("BEGIN IMMEDIATE", doing: "test")
            try fill(database, 100..<120)
            try? database.run(end, doing: "test")
            #expect(database.isInAutocommit)
            try withExtendedLifetime(database) { try fill(other, 200..<260) }
            if goesOn { try fill(database, 300..<310) }
        }
        let reader = try open(gathersLog: false)
        #expect(try reader.text("PRAGMA integrity_check") == "ok")
        #expect(try reader.integer("SELECT count(*) FROM rows") == (goesOn ? 120 : 110))
    }

    @Test
    func `pages are written together`() throws {
        var calls: [UInt64] = []
        for gathersLog in [false, true] {
            let database = try open(gathersLog: gathersLog)
            try database.run("CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, content BLOB)", doing: "test")
            try database.run("PRAGMA cache_size = 10000; BEGIN", doing: "test")
            try fill(database, 0..<1000)
            let before = try Self.writes()
            try database.run("COMMIT", doing: "test")
            calls.append(try Self.writes() - before)
        }
        #expect(calls[1] * 10 < calls[0], "\(calls)")
    }

    /// Calls of this thread that wrote, by Linux's count.
    private static func writes() throws -> UInt64 {
        let text = try String(contentsOfFile: "/proc/thread-self/io", encoding: .utf8)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("syscw: ") })
        return try #require(UInt64(line.dropFirst("syscw: ".count)))
    }
}
