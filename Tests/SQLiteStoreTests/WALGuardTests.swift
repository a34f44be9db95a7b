import Glibc
import StoreFixtures
import Testing

@testable import SQLiteStore
@testable import Store

@Suite struct WALGuardTests {
    let store: TemporaryStore
    init() throws { store = try TemporaryStore() }

    private func append(_ count: Int, to writer: SQLiteWriter, prefix: String) throws {
        var builder = BatchBuilder()
        for number in 0..<count { builder.recommendation("\(prefix)-\(number)", at: Int64(number)) }
        _ = try writer.append(builder.batch)
    }

    private func logSize() -> Int {
        var status = stat()
        return stat(store.location.path + "-wal", &status) == 0 ? Int(status.st_size) : 0
    }

    @Test func `a reader that never ends is named, then waited for, and the log is emptied when it has gone`() throws {
        let writer = try store.writer()
        try append(10, to: writer, prefix: "first")
        let reader = try store.client()
        try reader.run("BEGIN; SELECT count(*) FROM quarantine", doing: "read")
        try append(500, to: writer, prefix: "second")
        let size = UInt64(logSize())

        var warned: [StoreFinding] = []
        var soft = WALGuard(writer.database, marks: .init(soft: size / 2, hard: size * 2))
        try soft.check { warned.append($0) }
        #expect(warned.map(\.isTrouble) == [true])
        #expect(warned.first?.why.contains("this process itself") == true, "\(warned)")

        var hard = WALGuard(writer.database, marks: .init(soft: size / 2, hard: size - 1))
        let error = try #require(throws: StoreError.self) { try hard.check(nil) }
        #expect(error.isRetriable && error.cause == "wal_reader")

        try reader.run("ROLLBACK", doing: "read")
        try hard.check(nil)
        #expect(logSize() == 0)
        try append(10, to: writer, prefix: "third")
        #expect(try store.count("decision_recommendation_events") == 520)
    }

    @Test func `a log that is large with nobody reading is emptied without a word`() throws {
        let writer = try store.writer()
        try append(500, to: writer, prefix: "some")
        var findings: [StoreFinding] = []
        var guardian = WALGuard(writer.database, marks: .init(soft: 1, hard: 2))
        try guardian.check { findings.append($0) }
        #expect(findings.isEmpty)
        #expect(logSize() == 0)
    }

    @Test func `only locks on the marks of readers count as readers`() {
        let locks = """
            1: POSIX  ADVISORY  READ 41 fe:00:77 124 124
            2: POSIX  ADVISORY  READ 42 fe:00:77 123 123
            3: POSIX  ADVISORY  READ 43 fe:00:78 124 124
            4: POSIX  ADVISORY  WRITE 44 fe:00:77 120 120
            5: POSIX  ADVISORY  READ 45 fe:00:77 128 128
            5: -> POSIX  ADVISORY  READ 46 fe:00:77 125 125
            6: POSIX  ADVISORY  READ 47 fe:00:77 127 127
            7: POSIX  ADVISORY  READ 41 fe:00:77 126 126
            8: FLOCK  ADVISORY  READ 48 fe:00:77 0 EOF
            garbage
            """
        #expect(LogHolder.find(inode: 77, in: locks).map(\.pid) == [41, 42, 47])
    }
}
