package import Events

/// The dimensions of one fact as numbers: the code of a word, or the number of a name; -1 for what the fact does not say.
///
/// Made once and filled again for each fact. Belongs to one thread.
package struct DimensionValues: ~Copyable {
    private let values: UnsafeMutablePointer<Int>
    /// It comes last in a fact, so it is looked for only where it counts.
    let readsModel: Bool
    /// The store's numbers of the declared dimensions that count, whose values come behind those of the fixed ones.
    private let declared: [(name: ByteKey, number: Int)]

    /// For the facts of one stream. `numbers` has the store's numbers of declared dimensions by their names; one that it lacks no fact says.
    package init(of dimensions: [FactDimension], _ numbers: [ByteKey: Int] = [:]) {
        declared = numbers.map { (name: $0.key, number: $0.value) }
        // The last place is that of what no fact says.
        let count = FactDimension.places + declared.count + 1
        values = .allocate(capacity: count)
        values.initialize(repeating: -1, count: count)
        readsModel = dimensions.contains(.modelVersion)
    }

    deinit { values.deallocate() }

    /// To ask for the values of a dimension with.
    package func place(of dimension: FactDimension) -> Int {
        if let place = dimension.place { return place }
        return FactDimension.places + (declared.firstIndex { $0.name.text == dimension.name } ?? declared.count)
    }

    @inline(__always)
    package subscript(place place: Int) -> Int { values[place] }

    @inline(__always)
    fileprivate subscript(dimension: FactDimension) -> Int {
        get { values[dimension.place ?? 0] }
        nonmutating set { values[dimension.place ?? 0] = newValue }
    }

    /// Reads the first byte of a fact, and takes what it says of declared dimensions out of it.
    @inline(__always)
    fileprivate func readHead(_ reader: inout FactReader) -> UInt8 {
        guard !declared.isEmpty else { return DeclaredValues.readHead(&reader) }
        forgetDeclared()
        let head = reader.byte()
        guard head & DeclaredValues.flag != 0 else { return head }
        if var values = FactReader(reader.bytes(reader.int())) {
            while !values.isAtEnd {
                let (number, value) = (values.int(), values.int())
                for place in declared.indices where declared[place].number == number {
                    self.values[FactDimension.places + place] = value
                }
            }
        }
        return head & ~DeclaredValues.flag
    }

    fileprivate func forgetDeclared() {
        for place in declared.indices { values[FactDimension.places + place] = -1 }
    }

    /// Replaces the values by those of a fact.
    @inline(__always)
    package func read(_ fact: Fact, of stream: RollupStream) {
        guard let reader = FactReader(fact.content) else { return }
        switch stream {
        case .recommendation: RecommendationFact.read(reader, to: self)
        case .outcome: OutcomeFact.read(reader, to: self)
        case .view: ViewFact.read(reader, to: self)
        case .sessionStart: SessionStartFact.read(reader, to: self)
        case .sessionResult: SessionResultFact.read(reader, to: self)
        case .sessionModules: SessionModulesFact.read(reader, to: self)
        case .delivery, .learnerFirst, .learnerRepeat: break
        case .recommendationCase: CaseFact.read(reader, to: self)
        case .caseOutcome: CaseOutcomeFact.read(reader, to: self)
        }
    }
}

extension RecommendationFact {
    @inline(__always)
    fileprivate static func read(_ reader: consuming FactReader, to values: borrowing DimensionValues) {
        values[.confidence] = Int(values.readHead(&reader) >> 2 & 3)
        values[.recommendationType] = reader.int()
        values[.explanationVersion] = reader.int()
        _ = reader.varint()
        values[.admin] = reader.int()
    }
}

extension OutcomeFact {
    @inline(__always)
    fileprivate static func read(_ reader: consuming FactReader, to values: borrowing DimensionValues) {
        _ = values.readHead(&reader)
        values[.explanationVersion] = reader.int()
    }
}

extension ViewFact {
    @inline(__always)
    fileprivate static func read(_ reader: consuming FactReader, to values: borrowing DimensionValues) {
        _ = values.readHead(&reader)
        values[.admin] = reader.int()
        values[.explanationVersion] = reader.int()
    }
}

extension CaseFact {
    @inline(__always)
    fileprivate static func read(_ reader: consuming FactReader, to values: borrowing DimensionValues) {
        values[.confidence] = Int(values.readHead(&reader) >> 2 & 3)
        values[.recommendationType] = reader.int()
        values[.explanationVersion] = reader.int()
        values[.admin] = reader.int() - 1
    }
}

extension CaseOutcomeFact {
    @inline(__always)
    fileprivate static func read(_ reader: consuming FactReader, to values: borrowing DimensionValues) {
        guard reader.byte() & 4 != 0 else {
            for dimension in RollupStream.caseOutcome.dimensions { values[dimension] = -1 }
            values.forgetDeclared()
            return
        }
        CaseFact.read(reader, to: values)
    }
}

extension SessionStartFact {
    @inline(__always)
    fileprivate static func read(_ reader: consuming FactReader, to values: borrowing DimensionValues) {
        values[.completionStatus] = Int(values.readHead(&reader) & 3)
    }
}

extension SessionModulesFact {
    @inline(__always)
    fileprivate static func read(_ reader: consuming FactReader, to values: borrowing DimensionValues) {
        _ = values.readHead(&reader)
    }
}

extension SessionResultFact {
    @inline(__always)
    fileprivate static func read(_ reader: consuming FactReader, to values: borrowing DimensionValues) {
        values[.completionStatus] = Int(values.readHead(&reader))
        let head = reader.byte()
        values[.workStyle] = Int(head & 3) - 1
        values[.difficulty] = Int(head >> 2 & 7) - 1
        let flags = Flags(rawValue: reader.byte())
        if flags.contains(.timeSpent) { _ = reader.varint() }
        if flags.contains(.aptitude) { _ = reader.number() }
        if flags.contains(.technicalExposure) { _ = reader.number() }
        values[.recommendedTrack] = flags.contains(.recommendedTrack) ? reader.int() : -1
        if flags.contains(.recommendedTrack) { _ = reader.varint() }
        values[.browser] = flags.contains(.device) ? reader.int() : -1
        values[.operatingSystem] = flags.contains(.device) ? reader.int() : -1
        guard values.readsModel else { return }
        if flags.contains(.transitionTime) { _ = reader.varint() }
        // Modules, then choices.
        _ = reader.bytes(reader.int())
        _ = reader.bytes(reader.int())
        // A model that computed nothing is none.
        let top = reader.byte() > 0 ? reader.int() : 0
        values[.modelVersion] = top > 0 ? reader.int() : -1
    }
}
