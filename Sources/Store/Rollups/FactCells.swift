internal import Events

/// One fact as it is kept in the log and in `rollup_facts`: when, in which direction, and what.
struct Fact {
    var time: Timestamp
    /// 1 for a fact, −1 for one taken back.
    var sign: Int64
    var content: UnsafeRawBufferPointer

    /// Calls `body` with each fact of a block.
    @inline(__always)
    static func forEach(_ bytes: UnsafeRawBufferPointer, _ body: (Fact) -> Void) {
        guard var reader = FactReader(bytes) else { return }
        while !reader.isAtEnd {
            let head = reader.varint()
            let time = reader.word()
            body(Fact(time: time, sign: head & 1 == 0 ? 1 : -1, content: reader.bytes(Int(head >> 1))))
        }
    }

    @inline(__always)
    static func write(
        _ content: UnsafeRawBufferPointer, at time: Timestamp, isRetraction: Bool, to writer: inout FactWriter
    ) {
        writer.varint(UInt64(content.count) << 1 | (isRetraction ? 1 : 0))
        writer.word(time)
        writer.append(content)
    }

    func write(to writer: inout FactWriter) { Self.write(content, at: time, isRetraction: sign < 0, to: &writer) }
}

/// Adds what facts say to cells: the one place that knows what a metric counts. The fold, the edges of a window, the log and the rebuild all
/// come through here.
struct FactCells {
    let families: RollupFamilies
    let sums: CellAccumulator

    /// `slot` is 0 where sums are not told apart by slot.
    @inline(__always)
    func add(_ fact: Fact, of stream: RollupStream, slot: Int64) {
        guard let reader = FactReader(fact.content) else { return }
        switch stream {
        case .recommendation: RecommendationFact.add(reader, to: self, slot, fact.sign)
        case .outcome: OutcomeFact.add(reader, to: self, slot, fact.sign)
        case .view: ViewFact.add(reader, to: self, slot, fact.sign)
        case .sessionStart: SessionStartFact.add(reader, to: self, slot, fact.sign)
        case .sessionResult: SessionResultFact.add(reader, to: self, slot, fact.sign)
        case .delivery: DeliveryFact.add(reader, to: self, slot, fact.sign)
        }
    }

    @inline(__always)
    func count(_ family: RollupFamily, _ slot: Int64, _ cell: RollupCell, _ sign: Int64) {
        guard families.contains(family) else { return }
        sums.add(CellAccumulator.key(family, slot: slot), cell, sign)
    }

    /// A number into its bucket and into its sum.
    @inline(__always)
    func number(_ value: Double, _ family: RollupFamily, _ slot: Int64, _ dimension: Int, _ sign: Int64) {
        guard families.contains(family) else { return }
        let base = CellAccumulator.key(family, slot: slot)
        sums.add(base, RollupCell(dimension, LogBuckets.bucket(of: value)), sign)
        sum(value, base, RollupCell(dimension, NumberItem.wholes), RollupCell(dimension, NumberItem.fractions), sign)
    }

    @inline(__always)
    func sum(_ value: Double, _ base: UInt64, _ wholes: RollupCell, _ fractions: RollupCell, _ sign: Int64) {
        let parts = ExactSum.parts(of: value)
        if parts.whole != 0 { sums.add(base, wholes, parts.whole * sign) }
        if parts.fraction != 0 { sums.add(base, fractions, parts.fraction * sign) }
    }
}
