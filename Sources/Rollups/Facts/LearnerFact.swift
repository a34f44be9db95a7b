package import Events

/// A completed session as one of its learner: when the same learner had completed one before, and whether there was no reset in between.
package struct LearnerFact: Equatable {
    package var at: Timestamp
    /// Of the learner's completion before; nil for the first.
    package var previous: Timestamp?
    package var isViolation: Bool

    package init(at: Timestamp, previous: Timestamp?, isViolation: Bool) {
        self.at = at
        self.previous = previous
        self.isViolation = isViolation
    }

    /// Repeats have a stream of their own, which a window of any length can be looked through: they are few.
    package var stream: RollupStream { previous == nil ? .learnerFirst : .learnerRepeat }

    package func write(to writer: inout FactWriter) {
        writer.byte(isViolation ? 1 : 0)
        if let previous { writer.varint(UInt64(at - previous)) }
    }

    @inline(__always)
    package static func add(
        _ reader: consuming FactReader, isRepeat: Bool, to cells: FactCells, _ slot: Int64, _ sign: Int64
    ) {
        guard isRepeat else { return cells.count(.learnerFirsts, slot, RollupCell(0, 0), sign) }
        cells.count(.learnerRepeats, slot, RollupCell(0, 0), sign)
        if reader.byte() == 1 { cells.count(.learnerRepeats, slot, RollupCell(0, 1), sign) }
    }

    /// When the learner had completed a session before, of a fact of the stream of repeats.
    package static func previous(of fact: Fact) -> Timestamp? {
        guard var reader = FactReader(fact.content) else { return nil }
        _ = reader.byte()
        return fact.time - Timestamp(truncatingIfNeeded: reader.varint())
    }
}
