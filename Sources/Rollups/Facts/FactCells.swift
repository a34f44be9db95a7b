package import Events

/// Adds what facts say to cells: the one place that knows what a metric counts. The fold, the edges of a window, the log and the rebuild all
/// come through here.
package struct FactCells {
    package let families: RollupFamilies
    package let sums: CellAccumulator
    /// Takes the numbers themselves, beside their buckets, where somebody wants them.
    package let numbers: NumberLists?
    /// The same, to be called for every number without counting a reference to it.
    private let lists: Unmanaged<NumberLists>?

    package init(families: RollupFamilies, sums: CellAccumulator, numbers: NumberLists? = nil) {
        self.families = families
        self.sums = sums
        self.numbers = numbers
        lists = numbers.map { Unmanaged.passUnretained($0) }
    }

    /// `slot` is 0 where sums are not told apart by slot; what reads a window may tell them apart by something else.
    @inline(__always)
    package func add(_ fact: Fact, of stream: RollupStream, slot: Int64) {
        guard let reader = FactReader(fact.content) else { return }
        switch stream {
        case .recommendation: RecommendationFact.add(reader, to: self, slot, fact.sign)
        case .outcome: OutcomeFact.add(reader, to: self, slot, fact.sign)
        case .view: ViewFact.add(reader, to: self, slot, fact.sign)
        case .sessionStart: SessionStartFact.add(reader, to: self, slot, fact.sign)
        case .sessionResult: SessionResultFact.add(reader, to: self, slot, fact.sign)
        case .learnerFirst: LearnerFact.add(reader, isRepeat: false, to: self, slot, fact.sign)
        case .learnerRepeat: LearnerFact.add(reader, isRepeat: true, to: self, slot, fact.sign)
        case .sessionModules: SessionModulesFact.add(reader, to: self, slot, fact.sign)
        case .delivery: DeliveryFact.add(reader, to: self, slot, fact.sign)
        case .recommendationCase: CaseFact.add(reader, to: self, slot, fact.sign)
        case .caseOutcome: CaseOutcomeFact.add(reader, to: self, slot, fact.sign)
        }
    }

    /// The facts of a block that are of this time.
    package func add(_ block: UnsafeRawBufferPointer, of stream: RollupStream, within times: Range<Timestamp>) {
        Fact.forEach(block) { fact in
            if times.contains(fact.time) { add(fact, of: stream, slot: 0) }
        }
    }

    /// Takes those that are not of this time away again.
    package func takeAway(_ block: UnsafeRawBufferPointer, of stream: RollupStream, outside times: Range<Timestamp>) {
        Fact.forEach(block) { fact in
            guard !times.contains(fact.time) else { return }
            var fact = fact
            fact.sign = -fact.sign
            add(fact, of: stream, slot: 0)
        }
    }

    @inline(__always)
    package func count(_ family: RollupFamily, _ slot: Int64, _ cell: RollupCell, _ sign: Int64) {
        guard families.contains(family) else { return }
        sums.add(CellAccumulator.key(family, slot: slot), cell, sign)
    }

    /// A number into its bucket and into its sum.
    @inline(__always)
    package func number(_ value: Double, _ family: RollupFamily, _ slot: Int64, _ dimension: Int, _ sign: Int64) {
        guard families.contains(family) else { return }
        let base = CellAccumulator.key(family, slot: slot)
        if let lists {
            let areAlone = lists._withUnsafeGuaranteedRef { lists in
                lists.add(base, dimension, value, sign)
                return lists.isAlone
            }
            if areAlone { return }
        }
        sums.add(base, RollupCell(dimension, LogBuckets.bucket(of: value)), sign)
        sum(value, base, RollupCell(dimension, NumberItem.wholes), RollupCell(dimension, NumberItem.fractions), sign)
    }

    @inline(__always)
    package func sum(_ value: Double, _ base: UInt64, _ wholes: RollupCell, _ fractions: RollupCell, _ sign: Int64) {
        let parts = ExactSum.parts(of: value)
        if parts.whole != 0 { sums.add(base, wholes, parts.whole * sign) }
        if parts.fraction != 0 { sums.add(base, fractions, parts.fraction * sign) }
    }
}
