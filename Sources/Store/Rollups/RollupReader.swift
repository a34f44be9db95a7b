package import Events

/// Reads sums over any window from the rollups, exact to the event.
///
/// A window is covered by whole slots of several levels, a few dozen rows however long it is; at its two edges, where a slot is cut, the facts
/// of that slot are looked through; and what the writer has not merged yet is counted from its log. All sums of one ``snapshot(_:)`` are of the
/// same state of the store. Belongs to the thread that opened it.
package final class RollupReader {
    private let database: Database
    private let begin: Statement
    private let end: Statement
    private let nodes: Statement
    private let parts: Statement
    private let facts: Statement
    private let log: Statement
    private let name: Statement
    private let state: Statement
    private var names: [Int64: (name: String, detail: String?)] = [:]
    private var namesEpoch: Int64 = 0
    /// The log of this snapshot; read when it is first needed.
    private var pending: FactBuffers?

    @available(*, noasync)
    package convenience init(_ location: StoreLocation) throws(StoreError) {
        try self.init(StoreReader.open(location).database)
    }

    init(_ database: Database) throws(StoreError) {
        self.database = database
        begin = try database.prepare("BEGIN")
        end = try database.prepare("COMMIT")
        nodes = try database.prepare("SELECT cells FROM rollup_cells WHERE node >= ? AND node < ?")
        parts = try database.prepare(
            "SELECT part, earliest_at, latest_at, length(facts) FROM rollup_facts WHERE part BETWEEN ? AND ?")
        facts = try database.prepare("SELECT facts FROM rollup_facts WHERE part = ?")
        log = try database.prepare("SELECT facts FROM rollup_pending ORDER BY id")
        name = try database.prepare("SELECT name, detail FROM rollup_names WHERE domain = ? AND id = ?")
        state = try database.prepare(
            """
            SELECT max(CASE name WHEN 'epoch' THEN value END), max(CASE name WHEN 'format' THEN value END) FROM rollup_state
            """)
    }

    /// Runs `body` on one state of the store. Keep it short: the write-ahead log cannot be emptied meanwhile.
    @available(*, noasync)
    package func snapshot<Result>(_ body: (RollupReader) throws(StoreError) -> Result) throws(StoreError) -> Result {
        try begin.run(doing: "read the metrics")
        defer {
            pending = nil
            try? end.run()
        }
        try readState()
        return try body(self)
    }

    /// The sums of `family` over facts from `from` up to, and without, `to`, both in microseconds.
    package func sums(_ family: RollupFamily, from: Timestamp, to: Timestamp) throws(StoreError) -> CellSums {
        let sums = CellAccumulator()
        let cells = FactCells(families: RollupFamilies([family]), sums: sums)
        let first = (from + RollupSlot.width - 1).floored(by: RollupSlot.width)
        let last = to.floored(by: RollupSlot.width)
        if first > last {
            try addFacts(family, slot: last, from, to, to: cells)
        } else {
            try addNodes(family, first..<last, to: sums)
            if from < first * RollupSlot.width {
                try addFacts(family, slot: first - 1, from, first * RollupSlot.width, to: cells)
            }
            if to > last * RollupSlot.width {
                try addFacts(family, slot: last, last * RollupSlot.width, to, to: cells)
            }
        }
        try readLog()
        if let bytes = pending?.bytes(of: family.stream) {
            Fact.forEach(bytes) { fact in
                if fact.time >= from, fact.time < to { cells.add(fact, of: family.stream, slot: 0) }
            }
        }
        return CellSums(sums.drain())
    }

    /// Whole slots, with the longest ones that fit.
    private func addNodes(_ family: RollupFamily, _ slots: Range<Int64>, to sums: CellAccumulator) throws(StoreError) {
        var rest = slots
        let fanOut = Int64(1) << Int64(RollupSlot.fanOutBits)
        for level in 0..<RollupSlot.levels where !rest.isEmpty {
            guard level < RollupSlot.levels - 1 else { return try addNodes(family, level, rest, to: sums) }
            let inner = min((rest.lowerBound + fanOut - 1) / fanOut * fanOut, rest.upperBound)
            let outer = max(rest.upperBound / fanOut * fanOut, inner)
            try addNodes(family, level, rest.lowerBound..<inner, to: sums)
            try addNodes(family, level, outer..<rest.upperBound, to: sums)
            rest = inner / fanOut..<outer / fanOut
        }
    }

    private func addNodes(_ family: RollupFamily, _ level: Int, _ slots: Range<Int64>, to sums: CellAccumulator)
        throws(StoreError)
    {
        guard !slots.isEmpty else { return }
        let base = CellAccumulator.key(family, slot: 0)
        nodes.bind(1, RollupSlot.node(family, level: level, slot: slots.lowerBound))
        nodes.bind(2, RollupSlot.node(family, level: level, slot: slots.upperBound))
        defer { nodes.reset() }
        while try nodes.step() { CellBlob.forEach(nodes.bytes(0)) { cell, value in sums.add(base, cell, value) } }
    }

    /// A part of a slot: the facts inside, or the whole slot without those outside, whichever is less to read.
    private func addFacts(
        _ family: RollupFamily, slot: Int64, _ from: Timestamp, _ to: Timestamp, to cells: FactCells
    ) throws(StoreError) {
        guard slot >= 0 else { return }
        let stream = family.stream
        var inside: [Int64] = []
        var outside: [Int64] = []
        var (bytesInside, bytesOutside): (Int64, Int64) = (0, 0)
        parts.bind(1, RollupSlot.part(stream, slot: slot, number: 0))
        parts.bind(2, RollupSlot.part(stream, slot: slot, number: 1 << 20 - 1))
        while try parts.step() {
            let (earliest, latest) = (parts.integer(1), parts.integer(2))
            if latest >= from, earliest < to {
                inside.append(parts.integer(0))
                bytesInside += parts.integer(3)
            }
            if earliest < from || latest >= to {
                outside.append(parts.integer(0))
                bytesOutside += parts.integer(3)
            }
        }
        parts.reset()
        let takesAway = bytesOutside < bytesInside
        if takesAway { try addNodes(family, 0, slot..<slot + 1, to: cells.sums) }
        for part in takesAway ? outside : inside {
            facts.bind(1, part)
            defer { facts.reset() }
            guard try facts.step() else { continue }
            Fact.forEach(facts.bytes(0)) { fact in
                guard (fact.time >= from && fact.time < to) != takesAway else { return }
                var fact = fact
                if takesAway { fact.sign = -fact.sign }
                cells.add(fact, of: stream, slot: 0)
            }
        }
    }

    private func readLog() throws(StoreError) {
        guard pending == nil else { return }
        var buffers = FactBuffers()
        while try log.step() { buffers.read(log.bytes(0)) }
        log.reset()
        pending = consume buffers
    }

    /// What a dimension stands for; for a choice, question and option.
    func name(_ domain: NameDomain, _ id: Int) throws(StoreError) -> (name: String, detail: String?) {
        let key = Int64(domain.rawValue) << 32 | Int64(id)
        if let known = names[key] { return known }
        name.bind(1, Int64(domain.rawValue))
        name.bind(2, Int64(id))
        defer { name.reset() }
        guard try name.step() else { return ("?", nil) }
        let found = (name.text(0), name.optionalText(1))
        names[key] = found
        return found
    }

    /// A rebuild numbers the names anew, and another version derives by other rules.
    private func readState() throws(StoreError) {
        defer { state.reset() }
        guard try state.step() else { return }
        try RollupFormat.check(state.integer(1), doing: "read the metrics")
        guard state.integer(0) != namesEpoch else { return }
        namesEpoch = state.integer(0)
        names.removeAll()
    }

    package func recommendationType(_ id: Int) throws(StoreError) -> String { try name(.recommendationType, id).name }
    package func explanationVersion(_ id: Int) throws(StoreError) -> String { try name(.explanationVersion, id).name }
    package func module(_ id: Int) throws(StoreError) -> String { try name(.module, id).name }
    package func track(_ id: Int) throws(StoreError) -> String { try name(.track, id).name }
    package func browser(_ id: Int) throws(StoreError) -> String { try name(.browser, id).name }
    package func operatingSystem(_ id: Int) throws(StoreError) -> String { try name(.operatingSystem, id).name }
    /// Nil for the number that stands for all admins beyond what the store tells apart.
    package func admin(_ id: Int) throws(StoreError) -> Int64? { Int64(try name(.admin, id).name) }
    package func choice(_ id: Int) throws(StoreError) -> (question: String, option: String) {
        let (question, option) = try name(.choice, id)
        return (question, option ?? NameRegistry.other)
    }
}

extension Timestamp {
    /// The quotient rounded towards negative infinity.
    fileprivate func floored(by width: Timestamp) -> Int64 {
        let (quotient, rest) = quotientAndRemainder(dividingBy: width)
        return rest < 0 ? quotient - 1 : quotient
    }
}
