import Events
internal import Store
import StoreFixtures
import Testing

@testable import SQLiteStore

@Suite struct SessionHeadsTests {
    let store: TemporaryStore
    init() throws { store = try TemporaryStore() }

    /// Every other one a UUID.
    private static func session(_ number: Int) -> String {
        number.isMultiple(of: 2) ? "s\(number)" : "00000000-0000-4000-8000-" + String(number + 100_000_000_000)
    }

    private func latest() throws -> [String: String] {
        let rows = try store.client().prepare("SELECT session_id, event_id FROM profiler_sessions")
        var heads: [String: String] = [:]
        while try rows.step() { #expect(heads.updateValue(rows.text(1), forKey: rows.text(0)) == nil) }
        return heads
    }

    @Test func `a late older message does not damage the newer state`() throws {
        let writer = try store.writer()
        var builder = BatchBuilder()
        builder.profiler("new", at: 200, session: "s", status: .finished)
        builder.profiler("old", at: 100, session: "s", status: .started)
        _ = try writer.append(builder.batch)
        #expect(try latest() == ["s": "new"])
    }

    @Test func `of two messages of the same time the one that arrived later is the latest`() throws {
        let writer = try store.writer()
        var builder = BatchBuilder()
        builder.profiler("first", at: 100, session: "s")
        builder.profiler("second", at: 100, session: "s")
        _ = try writer.append(builder.batch)
        #expect(try latest() == ["s": "second"])
    }

    /// More sessions than the log holds, so that it is merged several times, in random order, against a straightforward model.
    @Test func `merging the log changes nothing that can be seen`() throws {
        var random = SystemRandomNumberGenerator()
        var expected: [String: (at: Timestamp, number: Int, id: String)] = [:]
        let writer = try store.writer()
        var number = 0
        for round in 0..<5 {
            var builder = BatchBuilder()
            for _ in 0..<50_000 {
                number += 1
                let session = Self.session(Int.random(in: 0..<(round < 4 ? 400_000 : 50), using: &random))
                let at = Timestamp.random(in: 0..<1000, using: &random)
                let id = "e\(number)"
                builder.profiler(id, at: at, session: session)
                if let known = expected[session], (known.at, known.number) > (at, number) { continue }
                expected[session] = (at, number, id)
            }
            #expect(try writer.append(builder.batch).stored == 50_000)
        }
        #expect(try store.count("_session_heads") > 0)
        #expect(try latest() == expected.mapValues(\.id))
    }

    /// In the log, after a merge, after a restart, and for the check that makes everything anew.
    @Test(arguments: [1_000_000, 1]) func `spellings that Unicode takes for equal are different sessions`(
        threshold: Int
    ) throws {
        let spellings = [
            "Zo\u{EB}", "Zoe\u{308}", "\u{C5}", "A\u{30A}", "\u{212B}", "\u{AC00}", "\u{1100}\u{1161}", "K", "\u{212A}",
        ]
        var expected: [[UInt8]: String] = [:]
        for round in 0..<3 {
            let writer = try store.writer()
            writer.sessions.mergeThreshold = threshold
            var builder = BatchBuilder()
            for (number, session) in spellings.enumerated() {
                builder.profiler("e\(round)-\(number)", at: Timestamp(100 + round), session: session)
                expected[Array(session.utf8)] = "e\(round)-\(number)"
            }
            #expect(try writer.append(builder.batch).stored == spellings.count)
            _ = try writer.append(DeliveryBatch())
        }
        let rows = try store.client().prepare("SELECT session_id, event_id FROM profiler_sessions")
        var heads: [[UInt8]: String] = [:]
        while try rows.step() { heads[Array(rows.bytes(0))] = rows.text(1) }
        #expect(heads == expected)
        #expect(try StoreRebuild.verify(store.location).differences == [])
        _ = try StoreRebuild.repair(store.location)
        #expect(try store.count("_session_heads") == spellings.count)
    }
}
