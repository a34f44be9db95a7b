/// What became of a published message.
package enum PublishOutcome: Sendable, Equatable {
    /// On the queue, durably where message and queue are.
    case confirmed(UInt64)
    /// No queue wanted it: it is nowhere. Only for messages published as mandatory.
    case returned(UInt64, code: UInt16, text: String)
    /// The broker could not or would not take it (a queue is full, or failed).
    case rejected(UInt64)

    package var sequence: UInt64 {
        switch self {
        case .confirmed(let sequence), .returned(let sequence, _, _), .rejected(let sequence): sequence
        }
    }
}

/// The published messages whose fate is open, by sequence number. Every number gets exactly one outcome.
struct ConfirmWindow {
    private enum State: UInt8 { case open, returned, settled }
    private struct Entry {
        /// 0 for a message that cannot be returned.
        var fingerprint: UInt64
        var state: State
    }

    private var entries: [Entry] = []
    /// Where the oldest unsettled one stands in `entries`.
    private var head = 0
    /// Its sequence number.
    private var oldest: UInt64 = 1
    private(set) var openCount = 0

    var nextSequence: UInt64 { oldest + UInt64(entries.count - head) }

    mutating func add(fingerprint: UInt64) -> UInt64 {
        defer {
            entries.append(Entry(fingerprint: fingerprint, state: .open))
            openCount += 1
        }
        return nextSequence
    }

    /// A basic.return carries no number. Returns come in the order of publication and before the acknowledgement, so the oldest open
    /// message with the same content is the one; two with the same content are interchangeable. Nil where none fits.
    mutating func markReturned(fingerprint: UInt64) -> UInt64? {
        for index in head..<entries.count
        where entries[index].fingerprint == fingerprint && entries[index].state == .open {
            entries[index].state = .returned
            openCount -= 1
            return oldest + UInt64(index - head)
        }
        return nil
    }

    /// Applies an acknowledgement (or its opposite) up to `tag`; false where the broker settles what is not open.
    mutating func settle(_ tag: UInt64, multiple: Bool, isRejection: Bool, into outcomes: inout [PublishOutcome])
        -> Bool
    {
        let last = multiple && tag == 0 ? nextSequence - 1 : tag
        guard last < nextSequence else { return false }
        guard last >= oldest else { return multiple }
        let target = head + Int(last - oldest)
        if !multiple && entries[target].state == .settled { return false }
        for index in (multiple ? head : target)..<(target + 1) {
            if entries[index].state == .open {
                let sequence = oldest + UInt64(index - head)
                outcomes.append(isRejection ? .rejected(sequence) : .confirmed(sequence))
                openCount -= 1
            }
            entries[index].state = .settled
        }
        dropSettled()
        return true
    }

    private mutating func dropSettled() {
        while head < entries.count, entries[head].state == .settled {
            head += 1
            oldest += 1
        }
        guard head > 1024 || head == entries.count, head * 2 >= entries.count else { return }
        entries.removeFirst(head)
        head = 0
    }
}
