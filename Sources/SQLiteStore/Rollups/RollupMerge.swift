internal import Events
internal import Rollups
internal import Store

/// Merges facts into the rollups: into the parts of their slots, and their sums into the nodes of every level.
final class RollupMerge {
    /// Bytes of facts in one row, of the first ones: small enough to be read for an edge of a window, large enough to share pages.
    var partBytes = 12_288

    private let findNode: Statement
    private let putNode: Statement
    private let removeNode: Statement
    private let findPart: Statement
    private let putPart: Statement
    private let sums = CellAccumulator(capacity: 1 << 14)
    private var buffer = FactWriter()

    init(_ database: Database, in place: RollupSchema.Place) throws(StoreError) {
        findNode = try database.prepare("SELECT cells FROM \(place)._rollup_cells WHERE node = ?")
        putNode = try database.prepare("INSERT OR REPLACE INTO \(place)._rollup_cells (node, cells) VALUES (?, ?)")
        removeNode = try database.prepare("DELETE FROM \(place)._rollup_cells WHERE node = ?")
        findPart = try database.prepare(
            """
            SELECT part, earliest_at, latest_at, facts FROM \(place)._rollup_facts WHERE part BETWEEN ? AND ?
            ORDER BY part DESC LIMIT 1
            """)
        putPart = try database.prepare(
            """
            INSERT OR REPLACE INTO \(place)._rollup_facts (part, earliest_at, latest_at, facts) VALUES (?, ?, ?, ?)
            """)
    }

    func merge(_ pending: borrowing FactBuffers) throws(StoreError) {
        let cells = FactCells(families: .all, sums: sums)
        for stream in RollupStream.allCases {
            let facts = SlotFacts(pending.bytes(of: stream), of: stream, addingTo: cells)
            try facts.forEachSlot { slot, facts throws(StoreError) in try keep(facts, of: stream, in: slot) }
        }
        var nodes = NodeSums(draining: sums)
        for level in 0..<RollupSlot.levels {
            if level > 0 { nodes.raise() }
            try nodes.forEachNode { node, entries throws(StoreError) in try write(entries, to: node) }
        }
    }

    // MARK: Sums

    private func write(_ entries: ArraySlice<CellAccumulator.Entry>, to node: Int64) throws(StoreError) {
        findNode.bind(1, node)
        let isKnown = try findNode.step()
        buffer.removeAll()
        let known = isKnown ? findNode.bytes(0) : UnsafeRawBufferPointer(start: nil, count: 0)
        CellBlob.write(sumOf: known, and: entries, to: &buffer)
        findNode.reset()
        if buffer.count > 0 {
            putNode.bind(1, node)
            putNode.bindBlob(2, buffer.bytes)
            try putNode.run(doing: "write a rollup")
        } else if isKnown {
            removeNode.bind(1, node)
            try removeNode.run(doing: "write a rollup")
        }
    }

    // MARK: Facts

    /// Appends facts to the newest parts of their slot.
    private func keep(
        _ facts: ArraySlice<(slot: Int64, fact: Fact)>, of stream: RollupStream, in slot: Int64
    ) throws(StoreError) {
        var part = RollupSlot.part(stream, slot: slot, number: 0)
        var (earliest, latest) = (Timestamp.max, Timestamp.min)
        buffer.removeAll()
        findPart.bind(1, part)
        findPart.bind(2, RollupSlot.part(stream, slot: slot, number: 1 << 20 - 1))
        if try findPart.step() {
            part = findPart.integer(0)
            (earliest, latest) = (findPart.integer(1), findPart.integer(2))
            buffer.append(findPart.bytes(3))
        }
        findPart.reset()
        for (_, fact) in facts {
            if buffer.count >= bytes(ofPart: part) {
                try put(part, earliest, latest)
                part += 1
                (earliest, latest) = (.max, .min)
                buffer.removeAll()
            }
            fact.write(to: &buffer)
            earliest = min(earliest, fact.time)
            latest = max(latest, fact.time)
        }
        try put(part, earliest, latest)
    }

    /// The more parts a slot has already, the larger the next ones: a slot with millions of facts is still a few hundred rows.
    private func bytes(ofPart part: Int64) -> Int {
        let number = part & (1 << 20 - 1)
        return partBytes << min(number / 16, 4)
    }

    private func put(_ part: Int64, _ earliest: Timestamp, _ latest: Timestamp) throws(StoreError) {
        putPart.bind(1, part)
        putPart.bind(2, earliest)
        putPart.bind(3, latest)
        putPart.bindBlob(4, buffer.bytes)
        try putPart.run(doing: "write facts")
    }
}
