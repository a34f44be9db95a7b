internal import Events

/// What `session_log` holds, in memory: each session's newest entry.
struct SessionLog {
    struct State: Equatable {
        var seq: Int64
        var occurredAt: Timestamp
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
    /// What was there before the running transaction, to undo it.
    private var before: [(session: Session, state: State?)] = []

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
        case .uuid(let key): before.append((.uuid(key), byUUID.updateValue(state, forKey: key)))
        case .text(let bytes):
            let text = ByteKey(bytes)
            before.append((.text(text), byText.updateValue(state, forKey: text)))
        }
    }

    mutating func committed() { before.removeAll(keepingCapacity: true) }

    mutating func rolledBack() {
        for (session, state) in before.reversed() {
            switch session {
            case .uuid(let key): byUUID[key] = state
            case .text(let text): byText[text] = state
            }
        }
        before.removeAll(keepingCapacity: true)
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
        before.removeAll(keepingCapacity: true)
    }
}
