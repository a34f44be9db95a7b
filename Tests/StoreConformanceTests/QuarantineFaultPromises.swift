import Events
import Store
import StoreFixtures
import Testing

/// Refused messages in groups.
@Suite struct QuarantineFaultPromises {
    private static let ada = Operator(name: "ada", way: .staff)
    private static let never = ContinuousClock.Instant.now + .seconds(600)
    private static let hour = QuarantineFaults.hour

    private struct Message {
        var id: Int64
        var receivedAt: Timestamp
        var reason: Rejection.Reason
        var pointer: String
        var appID: String?
        var version: String?
        var type: String?
        var state = QuarantineFilter.State.open
    }

    /// 300 messages, of several faults, producers, versions and types, over three days.
    private func filled(_ kind: StoreKind) throws -> (FreshStore, any EventWriter, [Message]) {
        let fresh = try FreshStore(kind)
        let writer = try fresh.writer()
        var messages: [Message] = []
        for start in stride(from: 0, to: 300, by: 100) {
            var builder = BatchBuilder()
            for number in start..<start + 100 {
                let message = Message(
                    id: Int64(number + 1), receivedAt: Timestamp(number) * Self.hour / 4 + 7,
                    reason: [.notJSON, .tooLong, .missingField][number % 3],
                    pointer: ["", "/answers/\(number)/option", "/answers/0/option", "/note"][number % 4],
                    appID: [nil, "alpha", "b\u{E9}ta"][number % 7 % 3],
                    version: [nil, "v1", "v2", "3"][number % 5 % 4],
                    type: [nil, "ACCEPTED", "VIEWED", "DASHBOARD_OPEN"][number % 11 % 4])
                messages.append(message)
                builder.receivedAt = message.receivedAt
                builder.rejected(
                    "id-\(number)", body: Self.body(message), message.reason, at: message.pointer, "why",
                    appID: message.appID)
            }
            #expect(try writer.append(builder.batch).quarantined == 100)
        }
        return (fresh, writer, messages)
    }

    private static func body(_ message: Message) -> String {
        var members = ["\"a\": {\"explanation_version\": \"inner\", \"b\": [\"}\", \"\\\"\"]}", "\"n\": \(message.id)"]
        if let type = message.type {
            members.append("\"\(type.hasPrefix("D") ? "event_type" : "action_taken")\": \"\(type.lowercased())\"")
        }
        if let version = message.version { members.append("\"explanation_version\": \"\(version)\"") }
        // Half of them break off behind what they say.
        return "{" + members.joined(separator: ", ") + (message.id % 2 == 0 ? "}" : ", \"rest")
    }

    /// What a full scan finds.
    private func scan(
        _ messages: [Message], by grouping: QuarantineGrouping, _ state: QuarantineFilter.State, now: Timestamp
    ) -> [String: QuarantineFault] {
        var groups: [String: QuarantineFault] = [:]
        let first = now / Self.hour - 23
        for message in messages {
            let shape = PointerShape.make(of: message.pointer)
            let key =
                switch grouping {
                case .fault: "\(message.reason.rawValue) \(shape)"
                case .reason: message.reason.rawValue
                case .queue: ""
                case .pointer: shape
                case .explanationVersion: message.version ?? ""
                case .appID: message.appID ?? ""
                }
            var group = groups[key] ?? QuarantineFault(hours: Array(repeating: 0, count: 24))
            group.total += 1
            if message.state == .replayed { group.replayed += 1 }
            if message.state == .discarded { group.discarded += 1 }
            group.firstReceivedAt = min(group.firstReceivedAt, message.receivedAt)
            group.lastReceivedAt = max(group.lastReceivedAt, message.receivedAt)
            let hour = message.receivedAt / Self.hour - first
            if (0..<24).contains(hour) { group.hours[Int(hour)] += 1 }
            if let type = message.type, !group.eventTypes.contains(type) {
                group.eventTypes = (group.eventTypes + [type]).sorted()
            }
            groups[key] = group
        }
        return groups.filter { _, group in
            switch state {
            case .open: group.unresolved > 0
            case .replayed: group.replayed > 0
            case .discarded: group.discarded > 0
            case .all: true
            }
        }
    }

    private func check(
        _ reader: any StoreReader, _ messages: [Message], _ isIn: (Message) -> Bool = { _ in true },
        _ change: (inout QuarantineFilter) -> Void = { _ in }
    ) throws {
        let now = 70 * Self.hour + 5
        for grouping in QuarantineGrouping.allCases {
            for state in QuarantineFilter.State.allCases {
                var filter = QuarantineFilter(state: state)
                change(&filter)
                let found = try reader.quarantineFaults(
                    filter, by: grouping, now: now, hours: 24, deadline: Self.never)
                let expected = scan(messages.filter(isIn), by: grouping, state, now: now)
                #expect(found.faults.count == expected.count && found.leftOut == 0, "\(grouping) \(filter)")
                for fault in found.faults {
                    let key =
                        grouping == .fault
                        ? "\(fault.reason ?? "") \(fault.shape ?? "")"
                        : fault.reason ?? fault.shape ?? fault.version ?? fault.appID ?? ""
                    var same = try #require(expected[key], "\(grouping) \(key)")
                    (same.queue, same.reason, same.shape) = (fault.queue, fault.reason, fault.shape)
                    (same.version, same.appID) = (fault.version, fault.appID)
                    (same.sampleID, same.sampleDetail) = (fault.sampleID, "why")
                    #expect(fault == same, "\(grouping) \(filter)")
                    let sample = messages[Int(fault.sampleID) - 1]
                    #expect(isIn(sample) && (sample.state == .open || fault.unresolved == 0))
                }
                #expect(
                    try reader.quarantineCount(filter)
                        == Int64(messages.count { isIn($0) && (state == .all || $0.state == state) }))
            }
        }
    }

    @Test(arguments: StoreKind.all)
    func `groups count what a full scan finds, whatever becomes of the messages`(kind: StoreKind) throws {
        var (fresh, writer, messages) = try filled(kind)
        let reader = try fresh.store.reader()
        func checkAll() throws {
            try check(reader, messages)
            try check(reader, messages, { $0.reason == .tooLong }) { $0.reason = "too_long" }
            try check(reader, messages, { $0.pointer.isEmpty }) { $0.shape = "" }
            try check(reader, messages, { $0.version == "v2" }) { $0.version = "v2" }
            try check(reader, messages, { $0.version == nil }) { $0.version = "" }
            try check(reader, messages, { $0.appID == "b\u{E9}ta" && $0.version == "3" }) {
                ($0.appID, $0.version) = ("b\u{E9}ta", "3")
            }
            try check(reader, messages, { $0.id <= 120 && $0.appID == nil }) { ($0.greatestID, $0.appID) = (120, "") }
            try check(reader, messages, { (60 * Self.hour..<65 * Self.hour).contains($0.receivedAt) }) {
                ($0.from, $0.to) = (60 * Self.hour, 65 * Self.hour)
            }
            let open = messages.reduce(into: [String: Int64]()) {
                if $1.state == .open { $0[$1.reason.rawValue, default: 0] += 1 }
            }
            let counts = try reader.quarantineCounts()
            #expect(Dictionary(uniqueKeysWithValues: counts.map { ($0.reason, $0.count) }) == open)
            try fresh.expectIsWell()
        }
        try checkAll()
        _ = try writer.discard([3, 300, 299, 17], note: "x", by: Self.ada, now: 9)
        for id in [3, 300, 299, 17] { messages[id - 1].state = .discarded }
        var replay = BatchBuilder()
        for number in 0..<50 { replay.recommendation("r\(number)", at: Timestamp(number)) }
        _ = try writer.replay(
            replay.batch, quarantineIDs: (100..<150).map { Int64($0) }, note: nil, by: Self.ada, now: 10)
        for id in 100..<150 { messages[id - 1].state = .replayed }
        try checkAll()
        #expect(try writer.discard(reason: "not_json", note: "x", by: Self.ada, now: 11) > 0)
        for place in messages.indices where messages[place].reason == .notJSON && messages[place].state == .open {
            messages[place].state = .discarded
        }
        try checkAll()
        _ = try fresh.store.upkeep.rebuild(dimensions: []) { _ in }
        try checkAll()
    }

    @Test(arguments: StoreKind.all)
    func `the list and the count of what a group names are its messages`(kind: StoreKind) throws {
        let (fresh, _, messages) = try filled(kind)
        let reader = try fresh.store.reader()
        for (version, appID) in [("v1", nil), (nil, "alpha"), ("", "b\u{E9}ta"), ("v2", ""), ("none", nil)] {
            var filter = QuarantineFilter()
            (filter.version, filter.appID) = (version, appID)
            let ids = messages.filter { message in
                (version.map { ($0.isEmpty ? nil : $0) == message.version } ?? true)
                    && (appID.map { ($0.isEmpty ? nil : $0) == message.appID } ?? true)
            }.map(\.id)
            #expect(try reader.quarantineIDs(filter, after: 0, count: .max) == ids)
            let page = try reader.quarantineRows(filter, .first, count: 500, ReadLimit(deadline: Self.never))
            #expect(page.rows.map(\.id) == ids.reversed())
        }
        withExtendedLifetime(fresh) {}
    }
}
