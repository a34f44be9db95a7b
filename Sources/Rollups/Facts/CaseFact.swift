package import Events

/// A recommendation case as far as it is counted: what was recommended by which explanation, how sure that was, what was decided first, and who
/// viewed it first.
package struct CaseFact: Equatable {
    /// `viewed` where nobody has decided yet.
    package var decision: RecommendationAction
    /// Of the first view.
    package var confidence: Confidence?
    package var type: Int
    package var version: Int
    /// Of the first view; nil where there is none.
    package var admin: Int?
    /// The ``DeclaredValues`` of the first view.
    package var declared: [UInt8]

    package init(
        decision: RecommendationAction, confidence: Confidence?, type: Int, version: Int, admin: Int?,
        declared: [UInt8] = []
    ) {
        self.decision = decision
        self.confidence = confidence
        self.type = type
        self.version = version
        self.admin = admin
        self.declared = declared
    }

    package func write(to writer: inout FactWriter) {
        let head = decision.code | (confidence?.code ?? RecommendationFact.noConfidence) << 2
        declared.withUnsafeBytes { DeclaredValues.writeHead(head, $0, to: &writer) }
        writer.varint(type)
        writer.varint(version)
        writer.varint(admin.map { $0 + 1 } ?? 0)
    }

    @inline(__always)
    package static func add(_ reader: consuming FactReader, to cells: FactCells, _ slot: Int64, _ sign: Int64) {
        let head = DeclaredValues.readHead(&reader)
        let decision = Int(head & 3)
        cells.count(.cases, slot, RollupCell(0, decision), sign)
        cells.count(.casesByConfidence, slot, RollupCell(Int(head >> 2 & 3), decision), sign)
        cells.count(.casesByType, slot, RollupCell(reader.int(), decision), sign)
        cells.count(.casesByVersion, slot, RollupCell(reader.int(), decision), sign)
    }
}

/// How a signal ended, beside one of its cases; once without a case where it has none.
package struct CaseOutcomeFact: Equatable {
    package var status: OutcomeStatus
    package var ofCase: CaseFact?

    package init(status: OutcomeStatus, ofCase: CaseFact?) {
        self.status = status
        self.ofCase = ofCase
    }

    package func write(to writer: inout FactWriter) {
        writer.byte(status.code | (ofCase == nil ? 0 : 4))
        ofCase?.write(to: &writer)
    }

    /// The dimension is the first decision, the item the status.
    @inline(__always)
    package static func add(_ reader: consuming FactReader, to cells: FactCells, _ slot: Int64, _ sign: Int64) {
        let head = reader.byte()
        let decision = head & 4 == 0 ? Int(RecommendationAction.viewed.code) : Int(reader.byte() & 3)
        cells.count(.outcomesByDecision, slot, RollupCell(decision, Int(head & 3)), sign)
    }
}
