internal import Events
internal import Rollups

/// The numbers of a window, where they are few: so that their quantiles are exact.
extension RollupReader {
    /// Adds the numbers of each dimension that has few; only the slots are read that have some.
    func withFew(_ sums: CellSums, of family: RollupFamily, _ cover: WindowCover, _ times: Range<Timestamp>)
        throws(StoreError) -> CellSums
    {
        let few = sums.numberCounts.filter { (1...Int64(NumberLists.few)).contains($0.count) }.map(\.dimension)
        guard !few.isEmpty else { return sums }
        let lists = NumberLists(few, of: family)
        let cells = FactCells(
            families: RollupFamilies([family]), sums: CellAccumulator(capacity: 1 << 6), numbers: lists)
        let stream = family.stream
        // With as many numbers as slots it is not worth while to look for slots that have none.
        let count = sums.numberCounts.reduce(0) { few.contains($1.dimension) ? max($0, $1.count) : $0 }
        let isDense = count >= cover.slotCount
        for whole in cover.wholes {
            for slots in try slots(with: Set(few), of: family, in: whole, isDense: isDense) {
                try forEachBlock(of: stream, in: slots.lowerBound...slots.upperBound - 1, within: times) {
                    cells.add($0, of: stream, within: times)
                }
            }
        }
        for edge in cover.edges {
            try forEachBlock(of: stream, in: edge.slot...edge.slot, within: edge.times) {
                cells.add($0, of: stream, within: edge.times)
            }
        }
        try forEachPending(stream) { block in cells.add(block, of: stream, within: times) }

        var sums = sums
        for dimension in few { sums.few[dimension] = lists.numbers(family, slot: 0, dimension) }
        return sums
    }

    /// Slots of level 0, from the sums of the longer ones down: whatever has none of these numbers is not looked into. With `isDense` the sums of
    /// the shortest ones are not asked.
    private func slots(
        with dimensions: Set<Int>, of family: RollupFamily, in whole: WindowCover.Whole, isDense: Bool
    ) throws(StoreError) -> [Range<Int64>] {
        var (level, ranges) = (whole.level, [whole.slots])
        while true {
            if level == 0 && isDense { return ranges }
            var found: [Range<Int64>] = []
            for range in ranges {
                let first = RollupSlot.node(family, level: level, slot: range.lowerBound)
                try source.forEachNode(first..<first + Int64(range.count)) { node, cells in
                    guard CellBlob.holdsNumbers(of: dimensions, cells) else { return }
                    let slot = range.lowerBound + node - first
                    if found.last?.upperBound == slot {
                        found[found.count - 1] = found[found.count - 1].lowerBound..<slot + 1
                    } else {
                        found.append(slot..<slot + 1)
                    }
                }
            }
            guard level > 0 else { return found }
            level -= 1
            let bits = Int64(RollupSlot.fanOutBits)
            ranges = found.map { $0.lowerBound << bits..<$0.upperBound << bits }
        }
    }
}
