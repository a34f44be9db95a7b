import Events
import Store
import StoreFixtures
import Testing

/// Which stored message a refused one is compared with, and what is read of a body.
@Suite struct NeighbourPromises {
    private static let queue = IngestQueue.intelligence.name

    private func filled(_ kind: StoreKind) throws -> (FreshStore, any StoreReader) {
        let fresh = try FreshStore(kind)
        var builder = BatchBuilder()
        builder.profiler("p1", at: 1, session: "s")
        builder.recommendation("r1", at: 1)
        builder.recommendation("r2", at: 2)
        builder.outcome("o1", at: 3, signal: 1)
        _ = try fresh.writer().append(builder.batch)
        return (fresh, try fresh.store.reader())
    }

    private func neighbour(_ reader: any StoreReader, _ body: String, queue: String = queue) throws -> StoredNeighbour?
    {
        try reader.neighbour(ofRefused: Array(body.utf8), queue: queue)
    }

    @Test(arguments: StoreKind.all)
    func `a refused message is compared with the newest stored one of its kind`(kind: StoreKind) throws {
        let (fresh, reader) = try filled(kind)
        let recommendation = try #require(try neighbour(reader, #"{"action_taken": "NONE"}"#))
        #expect(
            recommendation.table == .recommendation && recommendation.eventID == "r2" && recommendation.occurredAt == 2)
        #expect(recommendation.members.contains(BodyMember("action_taken", .text)))
        #expect(recommendation.members.contains(BodyMember("risk_signal_id", .number)))
        #expect(!recommendation.members.contains { $0.name == "event_id" })
        #expect(try neighbour(reader, #"{"outcome_status": "LOST""#)?.eventID == "o1")
        #expect(try neighbour(reader, "[]", queue: IngestQueue.profiler.name)?.eventID == "p1")
        withExtendedLifetime(fresh) {}
    }

    @Test(arguments: StoreKind.all)
    func `one whose kind cannot be told is compared with what it has most in common with`(kind: StoreKind) throws {
        let (fresh, reader) = try filled(kind)
        #expect(
            try neighbour(reader, #"{"risk_signal_id": 1, "admin_user_id": 2, "recommendation_type": "x"}"#)?.table
                == .recommendation)
        #expect(try neighbour(reader, #"{"nothing": 1}"#) == nil && neighbour(reader, "not JSON") == nil)
        #expect(try neighbour(reader, #"{"event_type": "DASHBOARD_OPEN"}"#) == nil, "none of its kind is stored")
        withExtendedLifetime(fresh) {}
    }

    private func words(_ body: String) -> RefusedWords { Array(body.utf8).withUnsafeBytes { RefusedWords($0) } }

    @Test(arguments: [
        (#"{"explanation_version":"v1","action_taken":"accepted"}"#, "v1", "ACCEPTED"),
        (#" { "action_taken" : "APPROVED" , "explanation_version" : 3.1 } "#, "3.1", "other"),
        (#"{"a":{"explanation_version":"no"},"b":["}",{"event_type":"x"}],"explanation_version":"yes"}"#, "yes", ""),
        (#"{"explanation_version":"v2","event_type":"DASHBOARD_OPEN","rest":"brok"#, "v2", "DASHBOARD_OPEN"),
        (#"{"outcome_status":null,"explanation_version":null}"#, "", ""),
        (#"{"completion_status":"Finished","explanation_version":"unknown"}"#, "", "finished"),
        (#"{"explanation_version":["v1"],"outcome_status":{}}"#, "", ""),
        (#"[{"explanation_version":"v1"}]"#, "", ""), (#""explanation_version""#, "", ""), ("", "", ""), ("{", "", ""),
        (#"{"explanation_version":"\"#, "", ""), (#"{"explanation_version"#, "", ""), (#"{"a":[[["#, "", ""),
        ("{\"explanation_version\":\"a\nb\"}", "", ""), ("\u{FEFF}{\"explanation_version\":\"v1\"}", "v1", ""),
    ])
    func `what a body says of itself is read as far as it goes`(body: String, version: String, type: String) {
        #expect(words(body).version == version && words(body).eventType == type)
    }

    @Test func `a long version and a large body say nothing`() {
        #expect(words(#"{"explanation_version":"\#(String(repeating: "v", count: 129))"}"#).version.isEmpty)
        let padding = String(repeating: " ", count: RefusedWords.mostBytes)
        #expect(words(#"{"explanation_version":"v1"}\#(padding)"#) == words(""))
    }

    @Test func `members are told with the kinds of their values, once each`() {
        let body = #"{"a":1,"b":"x","c":true,"d":null,"e":{"f":1},"g":[1],"a":"again","h":-1.5e3}"#
        let members = Array(body.utf8).withUnsafeBytes { BodyMember.read($0) }
        #expect(members.map(\.name) == ["a", "b", "c", "d", "e", "g", "h"])
        #expect(members.map(\.kind) == [.number, .text, .boolean, .null, .object, .list, .number])
    }
}
