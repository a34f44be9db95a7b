internal import Events

/// A recommendation event: action, type, confidence, version, and how long the decision took.
enum RecommendationFact {
    private static let noConfidence: UInt8 = 3

    static func write(
        _ event: IntelligenceEvent.Recommendation, version: UnsafeRawBufferPointer, bytes: borrowing ByteArena,
        _ names: inout NameRegistry, to writer: inout FactWriter
    ) throws(StoreError) {
        let confidence = event.confidence.map { UInt8($0.position) } ?? noConfidence
        writer.byte(UInt8(event.action.position) | confidence << 2)
        writer.varint(try names.id(.recommendationType, bytes[event.recommendationType]))
        writer.varint(try names.id(.explanationVersion, version))
        writer.varint(event.decisionTimeMilliseconds.map { UInt64($0) + 1 } ?? 0)
    }

    @inline(__always)
    static func add(_ reader: consuming FactReader, to cells: FactCells, _ slot: Int64, _ sign: Int64) {
        let head = reader.byte()
        let action = Int(head & 3)
        let confidence = Int(head >> 2 & 3)
        let type = reader.int()
        let version = reader.int()
        let time = reader.varint()
        cells.count(.actions, slot, RollupCell(0, action), sign)
        cells.count(.actionsByType, slot, RollupCell(type, action), sign)
        cells.count(.actionsByConfidence, slot, RollupCell(confidence, action), sign)
        cells.count(.actionsByVersion, slot, RollupCell(version, action), sign)
        guard time > 0, action != RecommendationAction.viewed.position else { return }
        let milliseconds = Double(time - 1)
        cells.number(milliseconds, .decisionTime, slot, 0, sign)
        cells.number(milliseconds, .decisionTimeByType, slot, type, sign)
        cells.number(milliseconds, .decisionTimeByConfidence, slot, confidence, sign)
        cells.number(milliseconds, .decisionTimeByVersion, slot, version, sign)
    }
}

/// The outcome of a signal: status, version, and how long it took.
enum OutcomeFact {
    static func write(
        _ event: IntelligenceEvent.SignalOutcome, version: UnsafeRawBufferPointer, _ names: inout NameRegistry,
        to writer: inout FactWriter
    ) throws(StoreError) {
        writer.byte(UInt8(event.status.position) | (event.resolutionTimeHours == nil ? 0 : 4))
        writer.varint(try names.id(.explanationVersion, version))
        if let hours = event.resolutionTimeHours { writer.number(hours) }
    }

    @inline(__always)
    static func add(_ reader: consuming FactReader, to cells: FactCells, _ slot: Int64, _ sign: Int64) {
        let head = reader.byte()
        let status = Int(head & 3) * 4
        let version = reader.int()
        let hours = head & 4 == 0 ? nil : reader.number()
        for (family, dimension) in [(RollupFamily.outcomes, 0), (.outcomesByVersion, version)]
        where cells.families.contains(family) {
            let base = CellAccumulator.key(family, slot: slot)
            func cell(_ item: OutcomeItem) -> RollupCell { RollupCell(dimension, status + item.rawValue) }
            cells.sums.add(base, cell(.count), sign)
            guard let hours else { continue }
            cells.sums.add(base, cell(.timed), sign)
            cells.sum(hours, base, cell(.wholeHours), cell(.fractionHours), sign)
        }
    }
}

/// A view event: type and who looked.
enum ViewFact {
    static func write(
        _ event: IntelligenceEvent.AdminView, _ names: inout NameRegistry, to writer: inout FactWriter
    ) throws(StoreError) {
        writer.byte(UInt8(event.eventType.position))
        var digits = (UInt64(0), UInt64(0), UInt64(0))
        let id = try withUnsafeMutableBytes(of: &digits) { space throws(StoreError) in
            try names.id(.admin, Self.decimal(event.adminUserID, in: space))
        }
        writer.varint(id)
    }

    /// An id's decimal digits, at the end of `space`.
    private static func decimal(_ id: Int64, in space: UnsafeMutableRawBufferPointer) -> UnsafeRawBufferPointer {
        var first = space.count
        var rest = id
        repeat {
            first -= 1
            space[first] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        } while rest > 0 && first > 0
        return UnsafeRawBufferPointer(rebasing: space[first...])
    }

    @inline(__always)
    static func add(_ reader: consuming FactReader, to cells: FactCells, _ slot: Int64, _ sign: Int64) {
        let type = Int(reader.byte())
        cells.count(.views, slot, RollupCell(0, type), sign)
        cells.count(.viewsByAdmin, slot, RollupCell(reader.int(), 0), sign)
    }
}

extension WireValue {
    /// Place in the contract's order; stored, so the orders never change.
    @inline(__always)
    package var position: Int { Int(withUnsafeBytes(of: self) { $0[0] }) }
}
