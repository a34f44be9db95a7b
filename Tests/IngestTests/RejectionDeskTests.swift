import Events
import Store
import Synchronization
import Testing

@testable import Ingest

/// Of which messages is told, and how many.
@Suite struct RejectionDeskTests {
    private let batch = DeliveryBatch()
    private var result = BatchResult()

    private mutating func add(_ outcome: Outcome, type: String = "event", errors: [Rejection]? = nil) {
        func place(_ text: String) -> ByteRange { Array(text.utf8).withUnsafeBytes { batch.bytes.append($0) } }
        let index = batch.count
        var delivery = Delivery(tag: UInt64(index + 1), queue: .profiler, receivedAt: 0, body: place("{"))
        delivery.properties.type = place(type)
        delivery.properties.appID = place("alidade")
        batch.deliveries.append(delivery)
        let rejection = Rejection(.notJSON, at: "", "no")
        batch.reject(RejectedMessage(eventID: "e\(index)", occurredAt: nil, errors: errors ?? [rejection]))
        result.count(outcome)
        if outcome == .quarantined { result.quarantineIDs.append(Int64(100 + index)) }
    }

    private func tell(_ room: RejectionRoom) -> RecordingRejections {
        let sender = RecordingRejections(room: room)
        RejectionDesk(sender: sender, storeID: "store").tell(of: batch, result)
        return sender
    }

    @Test mutating func `what is quarantined is told with its number, and nothing else`() {
        for outcome in [Outcome.stored, .quarantined, .duplicate, .quarantined, .duplicate] { add(outcome) }
        result.refusals[3] = [Rejection(.identityConflict, at: "/event_id", "taken")]
        let sender = tell(RejectionRoom(count: 10, bytes: 1 << 20))
        let told = sender.calls.withLock { $0 }
        #expect(told.count == 1 && told[0].untold == 0 && told[0].ownCount == 0)
        #expect(told[0].notices.map(\.eventID) == ["e1", "e3"])
        #expect(told[0].notices.map(\.quarantineID) == [101, 103])
        #expect(told[0].notices.map(\.reason) == [.notJSON, .identityConflict])
    }

    @Test mutating func `a batch without any is not told of, and asks nothing`() {
        for outcome in [Outcome.stored, .duplicate] { add(outcome) }
        let sender = tell(RejectionRoom(count: 10, bytes: 1 << 20))
        #expect(sender.calls.withLock { $0 }.isEmpty && sender.asked.load(ordering: .relaxed) == 0)
    }

    @Test mutating func `what does not fit is counted`() {
        for _ in 0..<2000 { add(.quarantined) }
        let few = tell(RejectionRoom(count: 3, bytes: 1 << 20)).calls.withLock { $0 }[0]
        #expect(few.notices.map(\.quarantineID) == [100, 101, 102] && few.untold == 1997)
        let none = tell(RejectionRoom(count: 0, bytes: 1 << 20)).calls.withLock { $0 }[0]
        #expect(none.notices.isEmpty && none.untold == 2000)
        let cost = few.notices[0].cost
        let small = tell(RejectionRoom(count: 10_000, bytes: 5 * cost + 1)).calls.withLock { $0 }[0]
        #expect(small.notices.count == 5 && small.untold == 1995)
    }

    @Test mutating func `one that came back is not told of`() {
        add(.quarantined)
        add(.quarantined, type: "rejection")
        add(.quarantined)
        let told = tell(RejectionRoom(count: 10, bytes: 1 << 20)).calls.withLock { $0 }[0]
        #expect(told.notices.map(\.quarantineID) == [100, 102] && told.ownCount == 1 && told.untold == 0)
    }
}

final class RecordingRejections: RejectionSender {
    let calls = Mutex<[(notices: [RejectionNotice], untold: Int, ownCount: Int)]>([])
    let asked = Atomic<Int>(0)
    private let given: RejectionRoom

    init(room: RejectionRoom) { given = room }

    var room: RejectionRoom {
        asked.add(1, ordering: .relaxed)
        return given
    }

    func send(_ notices: [RejectionNotice], untold: Int, ownCount: Int) {
        calls.withLock { $0.append((notices, untold, ownCount)) }
    }
}
