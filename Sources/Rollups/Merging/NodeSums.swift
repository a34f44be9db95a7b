/// What a merge adds to the nodes of one level, in the order of the nodes.
package struct NodeSums {
    private var entries: [CellAccumulator.Entry]
    private var level = 0

    /// Of level 0: what was added up by slot. `sums` is empty then.
    package init(draining sums: CellAccumulator) { entries = sums.drain() }

    /// Calls `body` with each node that something is added to, and what.
    package func forEachNode<Failure>(
        _ body: (_ node: Int64, _ entries: ArraySlice<CellAccumulator.Entry>) throws(Failure) -> Void
    ) throws(Failure) {
        var first = 0
        while first < entries.count {
            let node = entries[first].key >> 32
            var end = first + 1
            while end < entries.count, entries[end].key >> 32 == node { end += 1 }
            let entry = entries[first]
            try body(
                RollupSlot.node(familyNumber: entry.familyNumber, level: level, slot: entry.slot), entries[first..<end])
            first = end
        }
    }

    /// The same sums by the slots of the next level.
    package mutating func raise() {
        level += 1
        let slotMask = UInt64(1 << RollupSlot.bits - 1) << 32
        var isSorted = true
        for place in entries.indices {
            let key = entries[place].key
            entries[place].key = key & ~slotMask | (key & slotMask) >> UInt64(RollupSlot.fanOutBits) & slotMask
            if place > 0, entries[place].key < entries[place - 1].key { isSorted = false }
        }
        if !isSorted { CellAccumulator.sort(&entries) }
        var count = 0
        for entry in entries {
            if count > 0, entries[count - 1].key == entry.key {
                entries[count - 1].value &+= entry.value
            } else {
                entries[count] = entry
                count += 1
            }
        }
        entries.removeLast(entries.count - count)
    }
}
