import Testing

@testable import Status

struct StateLogTests {
    @Test func `changes are told once each, and pauses with how long they were`() {
        let status = IngestStatus()
        status.storeOpened()
        status.storeOpened()
        status.noteTrouble("refused")
        status.noteTrouble("refused")
        status.paused(for: .broker)
        status.paused(for: .broker)
        status.connected()
        status.connected()
        status.disconnected()
        #expect(
            status.snapshot.changes.map(\.words) == [
                "the store is open", "the broker: refused", "paused: broker", "consuming",
                "no longer paused: broker, after 0 s", "no longer consuming",
            ])
    }

    @Test func `only the last are kept`() {
        var log = StateLog()
        for number in 0..<100 { log.note("\(number)", at: Int64(number)) }
        #expect(log.changes.count == StateLog.capacity)
        #expect(log.changes.last == StateChange(at: 99, words: "99"))
    }
}
