internal import Events

/// What `_session_log` holds, in memory: each session's newest entry.
struct SessionLog {
    struct State: Equatable {
        var seq: Int64
        var occurredAt: Timestamp

        /// By occurred-at, then by arrival.
        func isOlder(than other: State) -> Bool { (occurredAt, seq) < (other.occurredAt, other.seq) }
    }

    enum Session {
        case uuid(UUIDKey)
        case text(ByteKey)
    }

    struct Entry {
        var session: Session
        var state: State
    }

    private var byUUID: [UUIDKey: State] = [:]
    private var byText: [ByteKey: State] = [:]

    var count: Int { byUUID.count + byText.count }

    func state(of session: CompactID) -> State? {
        switch session {
        case .uuid(let key): byUUID[key]
        case .text(let bytes): byText.isEmpty ? nil : byText[ByteKey(bytes)]
        }
    }

    /// Takes a session's newest state.
    mutating func note(_ session: CompactID, _ state: State) {
        switch session {
        case .uuid(let key): byUUID[key] = state
        case .text(let bytes): byText[ByteKey(bytes)] = state
        }
    }

    /// Takes a row of `_session_log`, in order.
    mutating func noteStored(_ session: CompactID, _ state: State) {
        if let known = self.state(of: session), state.isOlder(than: known) { return }
        note(session, state)
    }

    /// Everything, in the order of SQLite's index: texts before blobs, each by its bytes.
    func sorted() -> [Entry] {
        let texts = byText.sorted { $0.key < $1.key }
        let uuids = byUUID.sorted { ($0.key.high, $0.key.low) < ($1.key.high, $1.key.low) }
        return texts.map { Entry(session: .text($0.key), state: $0.value) }
            + uuids.map { Entry(session: .uuid($0.key), state: $0.value) }
    }

    /// Drops what came up to `seq`.
    mutating func forget(upTo seq: Int64) {
        byUUID = byUUID.filter { $0.value.seq > seq }
        byText = byText.filter { $0.value.seq > seq }
    }

    mutating func removeAll() {
        byUUID.removeAll(keepingCapacity: true)
        byText.removeAll(keepingCapacity: true)
    }
}
