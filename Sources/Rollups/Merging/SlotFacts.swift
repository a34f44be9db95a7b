/// The facts of one stream that a merge keeps, by slot.
package struct SlotFacts {
    private var facts: [(slot: Int64, fact: Fact)] = []

    /// Takes the facts of a block, which has to outlive them, and adds them to `cells` by slot.
    package init(_ block: UnsafeRawBufferPointer, of stream: RollupStream, addingTo cells: FactCells) {
        Fact.forEach(block) { fact in
            let slot = RollupSlot.slot(of: fact.time)
            cells.add(fact, of: stream, slot: slot)
            facts.append((slot, fact))
        }
        if stream == .sessionStart || stream == .sessionResult { Fact.cancel(&facts) }
        // The order of facts within a slot does not matter, so the sort need not be stable.
        if !facts.isEmpty, facts.contains(where: { $0.slot != facts[0].slot }) { facts.sort { $0.slot < $1.slot } }
    }

    /// Calls `body` with each slot and its facts.
    package func forEachSlot<Failure>(
        _ body: (_ slot: Int64, _ facts: ArraySlice<(slot: Int64, fact: Fact)>) throws(Failure) -> Void
    ) throws(Failure) {
        var first = 0
        while first < facts.count {
            var end = first + 1
            while end < facts.count, facts[end].slot == facts[first].slot { end += 1 }
            try body(facts[first].slot, facts[first..<end])
            first = end
        }
    }
}
