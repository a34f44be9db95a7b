internal import Events

/// What `session_log` holds, in memory: each session's newest entry.
struct SessionLog {
    struct State: Equatable {
        var seq: Int64
        var occurredAt: Timestamp
    }

    private enum Session {
        case uuid(UUIDKey)
        case text(String)
    }

    private var byUUID: [UUIDKey: State] = [:]
    private var byText: [String: State] = [:]
    /// What was there before the running transaction, to undo it.
    private var before: [(session: Session, state: State?)] = []

    var count: Int { byUUID.count + byText.count }

    /// Takes a newer state. False for a late, older one, which changes nothing.
    mutating func note(_ session: CompactID, _ state: State) -> Bool {
        switch session {
        case .uuid(let key):
            let known = byUUID[key]
            guard Self.isNewer(state, than: known) else { return false }
            byUUID[key] = state
            before.append((.uuid(key), known))
        case .text(let bytes):
            let text = String(decoding: bytes, as: UTF8.self)
            let known = byText[text]
            guard Self.isNewer(state, than: known) else { return false }
            byText[text] = state
            before.append((.text(text), known))
        }
        return true
    }

    private static func isNewer(_ state: State, than known: State?) -> Bool {
        guard let known else { return true }
        return (state.occurredAt, state.seq) >= (known.occurredAt, known.seq)
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

    mutating func removeAll() {
        byUUID.removeAll(keepingCapacity: true)
        byText.removeAll(keepingCapacity: true)
        before.removeAll(keepingCapacity: true)
    }
}
