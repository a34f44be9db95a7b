import Foundation
import StoreFixtures
import Testing

@testable import SQLiteStore
@testable import Store

@Suite struct BackupTests {
    let store: TemporaryStore
    init() throws { store = try TemporaryStore() }

    private var target: String { store.folder.appendingPathComponent("copy.db").path }
    private var files: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: store.folder.path).sorted() }
    }

    private func batch(_ prefix: String, _ count: Int) -> BatchBuilder {
        var builder = BatchBuilder()
        for number in 0..<count {
            builder.profiler("\(prefix)-\(number)", at: Int64(number), session: "s-\(prefix)-\(number)")
        }
        builder.rejected("bad-\(prefix)", body: "{\(prefix)")
        return builder
    }

    @Test func `a backup is the store of one moment, however much is committed while it is written`() throws {
        let writer = try store.writer()
        _ = try writer.append(batch("before", 3000).batch)
        var parts = 0
        let backup = try SQLiteBackup(of: store.location, to: target, replacing: false)
        let report = try backup.write(now: 7) { progress in
            parts += 1
            _ = try writer.append(batch("during-\(parts)", 200).batch)
        }
        #expect(parts > 1)
        #expect(report.balance.stored == 3000 && report.balance.quarantined == 1)
        #expect(report.rows.first { $0.table == "profiler_events" }?.count == 3000)
        #expect(try store.count("profiler_events") == 3000 + 200 * Int64(parts))
        #expect(try files == ["alidade.db", "alidade.db-shm", "alidade.db-wal", "copy.db"])
        let mode = try FileManager.default.attributesOfItem(atPath: target)[.posixPermissions] as? Int
        #expect(mode == 0o640)
    }

    @Test func `a restored backup takes up work and knows what it has stored`() throws {
        _ = try store.writer().append(batch("a", 50).batch)
        _ = try SQLiteBackup(of: store.location, to: target, replacing: false).write(now: 7) { _ in }
        let restored = try SQLiteWriter.open(StoreLocation(path: target))
        let again = try restored.append(batch("a", 60).batch)
        #expect(again.stored == 10 && again.duplicates == 51)
    }

    @Test func `an existing file is kept unless it may be replaced, and then until the new one is whole`() throws {
        _ = try store.writer().append(batch("a", 5).batch)
        try Data("theirs".utf8).write(to: URL(fileURLWithPath: target))
        let error = #expect(throws: StoreError.self) {
            try SQLiteBackup(of: store.location, to: target, replacing: false)
        }
        #expect(error?.description.contains("the file exists (--force replaces it)") == true)
        struct Enough: Error {}
        let backup = try SQLiteBackup(of: store.location, to: target, replacing: true)
        #expect(throws: Enough.self) { try backup.write(now: 7) { _ in throw Enough() } }
        #expect(try String(contentsOfFile: target, encoding: .utf8) == "theirs")
        #expect(try files.filter { $0.hasPrefix("copy") } == ["copy.db"])
        _ = try backup.write(now: 7) { _ in }
        #expect(try Database.open(target, .readOnly).integer("SELECT count(*) FROM profiler_events") == 5)
    }

    @Test func `a file that comes while the backup is written is not overwritten`() throws {
        _ = try store.writer().append(batch("a", 5).batch)
        let backup = try SQLiteBackup(of: store.location, to: target, replacing: false)
        #expect(throws: StoreError.self) {
            try backup.write(now: 7) { _ in try Data("theirs".utf8).write(to: URL(fileURLWithPath: target)) }
        }
        #expect(try String(contentsOfFile: target, encoding: .utf8) == "theirs")
        #expect(try files.filter { $0.hasPrefix("copy") } == ["copy.db"])
    }

    @Test func `the store itself, a missing folder and an empty store are refused with words`() throws {
        let own = store.location
        func words(_ location: StoreLocation, _ target: String) -> String {
            do throws(StoreError) {
                _ = try SQLiteBackup(of: location, to: target, replacing: true)
                return ""
            } catch { return error.description }
        }
        _ = try store.writer().append(batch("a", 5).batch)
        #expect(words(own, own.path).contains("the store itself"))
        let link = store.folder.appendingPathComponent("link").path
        try FileManager.default.linkItem(atPath: own.path, toPath: link)
        #expect(words(own, link).contains("the store itself"))
        #expect(words(own, store.folder.path + "/none/x.db").contains("there is no folder"))
        #expect(words(own, store.folder.path).contains("not a plain file"))
        let empty = store.folder.appendingPathComponent("empty.db").path
        try Data().write(to: URL(fileURLWithPath: empty))
        #expect(words(StoreLocation(path: empty), target).contains("it is empty"))
    }

    @Test func `what a killed backup left is cleared away, what a running one writes is not`() throws {
        _ = try store.writer().append(batch("a", 5).batch)
        let left = URL(fileURLWithPath: target + ".partial-abcdef")
        try FileManager.default.createDirectory(at: left, withIntermediateDirectories: false)
        try Data(repeating: 7, count: 100_000).write(to: left.appendingPathComponent("store"))
        let first = try SQLiteBackup(of: store.location, to: target, replacing: true)
        let second = try SQLiteBackup(of: store.location, to: target, replacing: true)
        var isSecond = false
        _ = try first.write(now: 7) { _ in
            guard !isSecond else { return }
            isSecond = true
            #expect(try files.filter { $0.hasPrefix("copy") }.count == 1)
            _ = try second.write(now: 7) { _ in }
            #expect(try files.filter { $0.hasPrefix("copy") }.count == 2)
        }
        #expect(try files.filter { $0.hasPrefix("copy") } == ["copy.db"])
        #expect(try Database.open(target, .readOnly).integer("SELECT count(*) FROM profiler_events") == 5)
    }

    @Test func `a copy that is damaged or of another store does not pass`() throws {
        _ = try store.writer().append(batch("a", 500).batch)
        _ = try SQLiteBackup(of: store.location, to: target, replacing: false).write(now: 7) { _ in }
        var expected = try StoreContents(of: Database.open(target, .readOnly))
        try BackupVerification(path: target).check(against: expected)
        expected.rows[0].count += 1
        #expect(throws: StoreError.self) { try BackupVerification(path: target).check(against: expected) }
        expected.rows[0].count -= 1
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: target))
        try file.seek(toOffset: 8192 * 20)
        try file.write(contentsOf: Data(repeating: 0xA5, count: 8192))
        try file.close()
        #expect(throws: StoreError.self) { try BackupVerification(path: target).check(against: expected) }
    }
}
