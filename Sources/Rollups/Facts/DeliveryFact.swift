package import Events

/// What became of one delivery, with its first reason or its warnings.
package enum DeliveryFact {
    package static func write(
        _ outcome: Outcome, of queue: IngestQueue, reason: Rejection.Reason?, warnings: [Warning.Code],
        to writer: inout FactWriter
    ) {
        writer.byte(queue.rawValue | UInt8(outcome.item) << 2)
        if let reason { writer.byte(reason.code) }
        for warning in warnings { writer.byte(warning.code) }
    }

    @inline(__always)
    package static func add(_ reader: consuming FactReader, to cells: FactCells, _ slot: Int64, _ sign: Int64) {
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
    package var item: Int {
        switch self {
        case .stored: DeliveryItem.stored
        case .duplicate: DeliveryItem.duplicates
        case .quarantined: DeliveryItem.quarantined
        }
    }
}
