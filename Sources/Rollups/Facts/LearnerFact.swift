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

    /// Those of a block of repeats that are in the window while the completion before was earlier; what was taken back counts as -1.
    package static func count(first window: Range<Timestamp>, in block: UnsafeRawBufferPointer) -> Int64 {
        var count: Int64 = 0
        Fact.forEach(block) { fact in
            guard window.contains(fact.time), var reader = FactReader(fact.content) else { return }
            _ = reader.byte()
            if fact.time - Timestamp(truncatingIfNeeded: reader.varint()) < window.lowerBound { count += fact.sign }
        }
        return count
    }
}
