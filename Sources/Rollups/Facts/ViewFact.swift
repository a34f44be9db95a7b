package import Events

/// A view event: type, who looked, and the version of the explanation.
package enum ViewFact {
    package static func write(
        _ event: IntelligenceEvent.AdminView, version: UnsafeRawBufferPointer,
        declared: UnsafeRawBufferPointer, _ names: inout NameRegistry, to writer: inout FactWriter
    ) {
        DeclaredValues.writeHead(event.eventType.code, declared, to: &writer)
        writer.varint(names.id(ofAdmin: event.adminUserID))
        writer.varint(names.id(.explanationVersion, version))
    }

    @inline(__always)
    package static func add(_ reader: consuming FactReader, to cells: FactCells, _ slot: Int64, _ sign: Int64) {
        let type = Int(DeclaredValues.readHead(&reader))
        cells.count(.views, slot, RollupCell(0, type), sign)
        cells.count(.viewsByAdmin, slot, RollupCell(reader.int(), 0), sign)
    }
}
