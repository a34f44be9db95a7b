package import Events
package import Rollups

/// Reads sums over any window from the rollups, exact to the event.
///
/// A window is covered by whole slots of several levels, a few dozen rows however long it is; at its two edges, where a slot is cut, the facts
/// of that slot are looked through; and what the writer has not merged yet is counted from its log. All sums of one ``snapshot(_:)`` are of the
/// same state of the store. Belongs to the thread that opened it.
package final class RollupReader {
    let source: any RollupSource
    private var names: [Int64: (name: String, detail: String?)] = [:]
    private var namesEpoch: Int64 = 0
    /// Of declared dimensions; they never change.
    private var dimensionNumbers: [ByteKey: Int] = [:]
    /// The log of this snapshot; read when it is first needed.
    private var log: FactBuffers?
    /// What was added up in this snapshot: metrics share families, and days of a series.
    private var known: [SumsKey: CellSums] = [:]
    private static let mostKnown = 1 << 8
    /// Of this snapshot, or of the last.
    package private(set) var state = RollupState(epoch: 0, format: 0, storeID: "")

    package init(_ source: any RollupSource) { self.source = source }

    /// Runs `body` on one state of the store. Keep it short; see ``RollupSource/snapshot(_:)``.
    @available(*, noasync)
    package func snapshot<Result>(_ body: (RollupReader) throws(StoreError) -> Result) throws(StoreError) -> Result {
        defer {
            log = nil
            known.removeAll(keepingCapacity: true)
        }
        return try source.snapshot { state throws(StoreError) in
            try takeUp(state)
            return try body(self)
        }
    }

    /// The sums of `family` over facts from `from` up to, and without, `to`, both in microseconds; of a family of numbers also the numbers
    /// themselves where they are few.
    package func sums(_ family: RollupFamily, from: Timestamp, to: Timestamp) throws(StoreError) -> CellSums {
        guard from < to else { return CellSums([]) }
        let key = SumsKey(family: family, from: from, to: to)
        if let found = known[key] { return found }
        let found = try added(family, from: from, to: to)
        if known.count < Self.mostKnown { known[key] = found }
        return found
    }

    private func added(_ family: RollupFamily, from: Timestamp, to: Timestamp) throws(StoreError) -> CellSums {
        let sums = CellAccumulator(capacity: 1 << 8)
        let cells = FactCells(families: RollupFamilies([family]), sums: sums)
        let cover = WindowCover(from: from, to: to)
        for whole in cover.wholes { try addNodes(family, whole.level, whole.slots, to: sums) }
        for edge in cover.edges { try addFacts(family, edge, to: cells) }
        try forEachPending(family.stream) { cells.add($0, of: family.stream, within: from..<to) }
        let found = CellSums(sums.drain())
        return family.holdsNumbers ? try withFew(found, of: family, cover, from..<to) : found
    }

    private struct SumsKey: Hashable {
        var family: RollupFamily
        var from: Timestamp
        var to: Timestamp
    }

    private func addNodes(_ family: RollupFamily, _ level: Int, _ slots: Range<Int64>, to sums: CellAccumulator)
        throws(StoreError)
    {
        let range =
            RollupSlot.node(
                family, level: level, slot: slots.lowerBound)..<RollupSlot.node(
                family, level: level, slot: slots.upperBound)
        try source.forEachNode(range) { _, cells in sums.add(cells, of: family) }
    }

    /// A part of a slot: the facts inside, or the whole slot without those outside, whichever is less to read.
    private func addFacts(_ family: RollupFamily, _ edge: WindowCover.Edge, to cells: FactCells) throws(StoreError) {
        let (stream, slot, times) = (family.stream, edge.slot, edge.times)
        var inside: [Int64] = []
        var outside: [Int64] = []
        var (bytesInside, bytesOutside): (Int64, Int64) = (0, 0)
        let numbers =
            RollupSlot.part(stream, slot: slot, number: 0)...RollupSlot.part(stream, slot: slot, number: 1 << 20 - 1)
        for part in try source.parts(numbers) {
            if part.latest >= times.lowerBound, part.earliest < times.upperBound {
                inside.append(part.number)
                bytesInside += part.size
            }
            if part.earliest < times.lowerBound || part.latest >= times.upperBound {
                outside.append(part.number)
                bytesOutside += part.size
            }
        }
        let takesAway = bytesOutside < bytesInside
        if takesAway { try addNodes(family, 0, slot..<slot + 1, to: cells.sums) }
        for part in takesAway ? outside : inside {
            try source.facts(ofPart: part) { facts in
                if takesAway {
                    cells.takeAway(facts, of: stream, outside: times)
                } else {
                    cells.add(facts, of: stream, within: times)
                }
            }
        }
    }

    /// Learners who completed a session in the window: a repeat counts where the completion before it was earlier than the window.
    package func learners(from: Timestamp, to: Timestamp) throws(StoreError) -> Int64 {
        guard from < to else { return 0 }
        var count = try sums(.learnerFirsts, from: from, to: to).value(0, 0)
        let slots = RollupSlot.slot(of: from)...RollupSlot.slot(of: to - 1)
        func add(_ block: UnsafeRawBufferPointer) { count += LearnerFact.count(first: from..<to, in: block) }
        try forEachBlock(of: .learnerRepeat, in: slots, within: from..<to, add)
        try forEachPending(.learnerRepeat, add)
        return count
    }

    /// The facts of a stream that are not merged yet.
    func forEachPending(_ stream: RollupStream, _ body: (UnsafeRawBufferPointer) throws(StoreError) -> Void)
        throws(StoreError)
    {
        if log == nil {
            var buffers = FactBuffers()
            try source.forEachPending { buffers.read($0) }
            log = consume buffers
        }
        if let bytes = log?.bytes(of: stream) { try body(bytes) }
    }

    /// The facts of these slots, block by block, each slot after the one before; blocks without any of these times are left out.
    func forEachBlock(
        of stream: RollupStream, in slots: ClosedRange<Int64>, within times: Range<Timestamp>,
        beginSlot: () -> Void = {}, _ body: (UnsafeRawBufferPointer) throws(StoreError) -> Void
    ) throws(StoreError) {
        let first = RollupSlot.part(stream, slot: slots.lowerBound, number: 0)
        let last = RollupSlot.part(stream, slot: slots.upperBound, number: 1 << 20 - 1)
        var slot: Int64 = -1
        try source.forEachPart(first...last, within: times) { part, block throws(StoreError) in
            if part >> 20 != slot {
                slot = part >> 20
                beginSlot()
            }
            try body(block)
        }
    }

    /// What a dimension stands for; for a choice, question and option.
    func name(_ domain: NameDomain, _ id: Int) throws(StoreError) -> (name: String, detail: String?) {
        let key = Int64(domain.rawValue) << 32 | Int64(id)
        if let known = names[key] { return known }
        guard let found = try source.name(domain, id) else { return ("?", nil) }
        names[key] = found
        return found
    }

    /// The store's number of a declared dimension; nil where no message has said it yet.
    func number(ofDimension name: String) throws(StoreError) -> Int? {
        if let known = dimensionNumbers[ByteKey(name)] { return known }
        let found = try source.dimension(named: name)
        dimensionNumbers[ByteKey(name)] = found
        return found
    }

    /// A rebuild numbers the names anew, and another version derives by other rules.
    private func takeUp(_ state: RollupState) throws(StoreError) {
        try RollupFormat.check(state.format, doing: "read the metrics")
        self.state = state
        guard state.epoch != namesEpoch else { return }
        namesEpoch = state.epoch
        names.removeAll()
    }

    package func recommendationType(_ id: Int) throws(StoreError) -> String { try name(.recommendationType, id).name }
    package func explanationVersion(_ id: Int) throws(StoreError) -> String { try name(.explanationVersion, id).name }
    package func module(_ id: Int) throws(StoreError) -> String { try name(.module, id).name }
    package func track(_ id: Int) throws(StoreError) -> String { try name(.track, id).name }
    package func model(_ id: Int) throws(StoreError) -> (name: String, version: String) {
        let (name, version) = try name(.model, id)
        return (name, version ?? "?")
    }
    package func override(_ id: Int) throws(StoreError) -> (from: String, to: String) {
        let (from, to) = try name(.override, id)
        return (from, to ?? NameRegistry.other)
    }
    package func browser(_ id: Int) throws(StoreError) -> String { try name(.browser, id).name }
    package func operatingSystem(_ id: Int) throws(StoreError) -> String { try name(.operatingSystem, id).name }
    /// Nil for the number that stands for all admins beyond what the store tells apart.
    package func admin(_ id: Int) throws(StoreError) -> Int64? { Int64(try name(.admin, id).name) }
    package func choice(_ id: Int) throws(StoreError) -> (question: String, option: String) {
        let (question, option) = try name(.choice, id)
        return (question, option ?? NameRegistry.other)
    }
}
