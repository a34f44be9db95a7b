import Events
import Store
import StoreFixtures
import Testing

/// What is told of refused messages all together.
@Suite struct QuarantineReportPromises {
    private func quarantined(_ fresh: FreshStore, _ bodies: [String]) throws {
        let writer = try fresh.writer()
        var builder = BatchBuilder()
        for (number, body) in bodies.enumerated() { builder.rejected("bad-\(number)", body: body) }
        _ = try writer.append(builder.batch)
    }

    @Test(arguments: StoreKind.all)
    func `groups count what the filter lets through, whatever its limit`(kind: StoreKind) throws {
        let fresh = try FreshStore(kind)
        try quarantined(fresh, (0..<10_000).map { "{\($0)" })
        let reader = try fresh.store.reader()
        let groups = try reader.quarantineGroups(QuarantineFilter(limit: 1))
        let group = try #require(groups.all.first)
        #expect(groups.all.count == 1 && group.count == 10_000 && groups.messages == 10_000 && groups.ungrouped == 0)
        #expect(group.exampleID == 10_000 && group.exampleDetail == "why" && group.key.shape.text == "/x")
        #expect(try reader.quarantineGroups(QuarantineFilter(reason: "poison")).messages == 0)
        #expect(try reader.quarantineQueues(QuarantineFilter()) == ["intelligence-events"])
        #expect(try reader.quarantineQueues(QuarantineFilter(queue: "profiler-telemetry")).isEmpty)
    }

    @Test(arguments: StoreKind.all)
    func `an id is found inside bodies, the newest first, up to the limits`(kind: StoreKind) throws {
        let fresh = try FreshStore(kind)
        try quarantined(fresh, (0..<600).map { $0 % 3 == 0 ? #"{"event_id":"wanted-id""# : "{\($0)" })
        let reader = try fresh.store.reader()
        func find(_ id: String, _ limit: Int64 = .max, _ deadline: ContinuousClock.Instant? = nil) throws -> (
            [Int64], Int64
        ) {
            let (found, searched) = try reader.findInBodies(eventID: id, limit: limit, deadline: deadline)
            #expect(searched.total == 600 && found.allSatisfy { $0.found?.member == "event_id" })
            return (found.map(\.id), searched.messages)
        }
        let (newest, searched) = try find("wanted-id", 7)
        #expect(newest == [598, 595] && searched == 7)
        #expect(try find("wanted-id").0 == (0..<20).map { Int64(598 - 3 * $0) })
        let (none, all) = try find("wanted-i")
        #expect(none.isEmpty && all == 600)
        #expect(try find("wanted-i", 0).1 == 0)
        #expect(try find("wanted-i", .max, .now).1 == 1)
        // Those that go by the id itself are not among them.
        #expect(try reader.findInBodies(eventID: "bad-0", limit: .max, deadline: nil).searched.messages == 599)
    }

    @Test
    func `too many groups are told apart without their producer, and then not at all`() {
        var groups = QuarantineGroups(maximum: 3)
        for number in 0..<100 {
            let entry = QuarantineGroups.Entry(
                id: Int64(100 - number), receivedAt: Timestamp(number), queue: "q", reason: "r",
                pointer: "/p\(number % 5)",
                appID: number < 50 ? "honest" : "hostile-\(number)")
            groups.add(entry) { "detail" }
        }
        let all = groups.all
        #expect(all.count == 6 && groups.messages == 100)
        #expect(all.reduce(groups.ungrouped) { $0 + $1.count } == 100)
        #expect(all.filter { $0.key.producer == .named(ByteKey("honest")) }.map(\.count) == [10, 10, 10])
        #expect(all.filter { $0.key.producer == .others }.map(\.key.shape.text).sorted() == ["/p0", "/p3", "/p4"])
    }

    @Test
    func `names that are equal as Unicode and not as bytes are two producers`() {
        var groups = QuarantineGroups()
        for name in ["\u{E9}", "e\u{301}"] {
            groups.add(
                QuarantineGroups.Entry(id: 1, receivedAt: 1, queue: "q", reason: "r", pointer: "", appID: name)
            ) { "" }
        }
        #expect(groups.all.count == 2)
    }
}
