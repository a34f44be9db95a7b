internal import Events

/// What became of one delivery, with its first reason or its warnings.
enum DeliveryFact {
    static func write(
        _ outcome: Outcome, of queue: IngestQueue, reason: Rejection.Reason?, warnings: [Warning.Code],
        to writer: inout FactWriter
    ) {
        writer.byte(queue.rawValue | UInt8(outcome.item) << 2)
        if let reason { writer.byte(UInt8(reason.position)) }
        for warning in warnings { writer.byte(UInt8(warning.position)) }
    }

    @inline(__always)
    static func add(_ reader: consuming FactReader, to cells: FactCells, _ slot: Int64, _ sign: Int64) {
        guard cells.families.contains(.deliveries) else { return }
        let base = CellAccumulator.key(.deliveries, slot: slot)
        let head = reader.byte()
        let queue = Int(head & 3)
        let outcome = Int(head >> 2)
        cells.sums.add(base, RollupCell(queue, outcome), sign)
        let codes = outcome == DeliveryItem.quarantined ? DeliveryItem.reasons : DeliveryItem.warnings
        while !reader.isAtEnd { cells.sums.add(base, RollupCell(queue, codes + Int(reader.byte())), sign) }
    }
}

extension Outcome {
    var item: Int {
        switch self {
        case .stored: DeliveryItem.stored
        case .duplicate: DeliveryItem.duplicates
        case .quarantined: DeliveryItem.quarantined
        }
    }
}

// Places in the contract's order; stored, so a new code is added at the end.

extension Rejection.Reason {
    package var position: Int { Int(withUnsafeBytes(of: self) { $0[0] }) }
}

extension Warning.Code {
    package var position: Int { Int(withUnsafeBytes(of: self) { $0[0] }) }
}
