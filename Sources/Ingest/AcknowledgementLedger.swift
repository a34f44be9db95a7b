/// Decides what may be acknowledged: everything that is durable, except deliveries held back because their receipt is still on its way
/// or because they are handled apart. Tags are those of one channel; a new channel starts with a new ledger.
struct AcknowledgementLedger {
    /// Every tag up to this one is acknowledged or held.
    private var handledUpTo: UInt64 = 0
    private var held: Set<UInt64> = []

    /// Keeps `tag` back until `release`.
    mutating func hold(_ tag: UInt64) { held.insert(tag) }

    var isHoldingAny: Bool { !held.isEmpty }

    /// The first tag that is not acknowledged, of those that have come.
    var firstOpen: UInt64 { min(handledUpTo + 1, held.min() ?? .max) }

    /// How many are not acknowledged, where `last` is the last one that has come.
    func openCount(upTo last: UInt64) -> Int {
        Int(last - min(handledUpTo, last)) + held.count { $0 <= handledUpTo }
    }

    /// What to acknowledge once everything up to `last` is durable, in ascending order; batches end in the order they came.
    mutating func acknowledge(upTo last: UInt64) -> [Acknowledgement] {
        guard last > handledUpTo else { return [] }
        defer { handledUpTo = last }
        let firstHeld = held.min() ?? .max
        guard firstHeld <= last else { return [Acknowledgement(tag: last, includesEarlier: true)] }
        // `includesEarlier` would take a held one along: from the first of them on, each one by itself.
        var acknowledgements: [Acknowledgement] = []
        var next = handledUpTo + 1
        if firstHeld > next {
            acknowledgements.append(Acknowledgement(tag: firstHeld - 1, includesEarlier: true))
            next = firstHeld
        }
        while next <= last {
            if !held.contains(next) { acknowledgements.append(Acknowledgement(tag: next, includesEarlier: false)) }
            next += 1
        }
        return acknowledgements
    }

    /// What to acknowledge once nothing holds `tag` back any more; nil where it was not held.
    mutating func release(_ tag: UInt64) -> Acknowledgement? {
        guard held.remove(tag) != nil else { return nil }
        guard tag <= handledUpTo else { return nil }
        return Acknowledgement(tag: tag, includesEarlier: false)
    }

    /// What to acknowledge once a delivery that was held while its neighbours went on is durable itself.
    mutating func acknowledgeHeld(_ tag: UInt64, keepHolding: Bool) -> [Acknowledgement] {
        if !keepHolding { held.remove(tag) }
        if tag > handledUpTo { return acknowledge(upTo: tag) }
        return keepHolding ? [] : [Acknowledgement(tag: tag, includesEarlier: false)]
    }
}
