package import Events

/// How a window is covered: by whole slots of several levels, a few dozen of them however long it is, and at its edges by a part of a slot.
package struct WindowCover: Sendable, Equatable {
    /// Slots of one level that are counted whole.
    package struct Whole: Sendable, Equatable {
        package var level: Int
        package var slots: Range<Int64>
    }

    /// A slot of level 0 of which only these times count.
    package struct Edge: Sendable, Equatable {
        package var slot: Int64
        package var times: Range<Timestamp>
    }

    package private(set) var wholes: [Whole] = []
    package private(set) var edges: [Edge] = []

    /// Slots of level 0 in the whole ones.
    package var slotCount: Int64 {
        wholes.reduce(0) { $0 + Int64($1.slots.count) << Int64(RollupSlot.fanOutBits * $1.level) }
    }

    /// Of the times from `from` up to, and without, `to`, both in microseconds.
    package init(from: Timestamp, to: Timestamp) {
        guard from < to else { return }
        let width = RollupSlot.width
        let first = (from + width - 1).floored(by: width)
        let last = to.floored(by: width)
        guard first <= last else {
            edges.append(Edge(slot: last, times: from..<to))
            return
        }
        cover(first..<last)
        if from < first * width { edges.append(Edge(slot: first - 1, times: from..<first * width)) }
        if to > last * width { edges.append(Edge(slot: last, times: last * width..<to)) }
        // Before 1970 there are no slots of their own; see ``RollupSlot/slot(of:)``.
        edges.removeAll { $0.slot < 0 }
    }

    /// With the longest slots that fit.
    private mutating func cover(_ slots: Range<Int64>) {
        var rest = slots
        let fanOut = Int64(1) << Int64(RollupSlot.fanOutBits)
        for level in 0..<RollupSlot.levels where !rest.isEmpty {
            guard level < RollupSlot.levels - 1 else { return add(level, rest) }
            let inner = min((rest.lowerBound + fanOut - 1) / fanOut * fanOut, rest.upperBound)
            let outer = max(rest.upperBound / fanOut * fanOut, inner)
            add(level, rest.lowerBound..<inner)
            add(level, outer..<rest.upperBound)
            rest = inner / fanOut..<outer / fanOut
        }
    }

    private mutating func add(_ level: Int, _ slots: Range<Int64>) {
        if !slots.isEmpty { wholes.append(Whole(level: level, slots: slots)) }
    }
}

extension Timestamp {
    /// The quotient rounded towards negative infinity.
    fileprivate func floored(by width: Timestamp) -> Int64 {
        let (quotient, rest) = quotientAndRemainder(dividingBy: width)
        return rest < 0 ? quotient - 1 : quotient
    }
}
