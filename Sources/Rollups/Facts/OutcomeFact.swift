package import Events

/// The outcome of a signal: status, version, and how long it took.
package enum OutcomeFact {
    package static func write(
        _ event: IntelligenceEvent.SignalOutcome, version: UnsafeRawBufferPointer,
        declared: UnsafeRawBufferPointer, _ names: inout NameRegistry, to writer: inout FactWriter
    ) {
        DeclaredValues.writeHead(
            event.status.code | (event.resolutionTimeHours == nil ? 0 : 4), declared, to: &writer)
        writer.varint(names.id(.explanationVersion, version))
        if let hours = event.resolutionTimeHours { writer.number(hours) }
    }

    @inline(__always)
    package static func add(_ reader: consuming FactReader, to cells: FactCells, _ slot: Int64, _ sign: Int64) {
        let head = DeclaredValues.readHead(&reader)
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
