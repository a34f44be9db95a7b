package import Events

/// A recommendation event: action, type, confidence, version, how long the decision took, and whose it was.
package enum RecommendationFact {
    /// Stands where an event does not say how sure the recommendation was.
    package static let noConfidence: UInt8 = 3

    package static func write(
        _ event: IntelligenceEvent.Recommendation, version: UnsafeRawBufferPointer, bytes: borrowing ByteArena,
        declared: UnsafeRawBufferPointer, _ names: inout NameRegistry, to writer: inout FactWriter
    ) {
        let confidence = event.confidence?.code ?? noConfidence
        DeclaredValues.writeHead(event.action.code | confidence << 2, declared, to: &writer)
        writer.varint(names.id(.recommendationType, bytes[event.recommendationType]))
        writer.varint(names.id(.explanationVersion, version))
        writer.varint(event.decisionTimeMilliseconds.map { UInt64($0) + 1 } ?? 0)
        writer.varint(names.id(ofAdmin: event.adminUserID))
    }

    @inline(__always)
    package static func add(_ reader: consuming FactReader, to cells: FactCells, _ slot: Int64, _ sign: Int64) {
        let head = DeclaredValues.readHead(&reader)
        let action = Int(head & 3)
        let confidence = Int(head >> 2 & 3)
        let type = reader.int()
        let version = reader.int()
        let time = reader.varint()
        cells.count(.actions, slot, RollupCell(0, action), sign)
        cells.count(.actionsByType, slot, RollupCell(type, action), sign)
        cells.count(.actionsByConfidence, slot, RollupCell(confidence, action), sign)
        cells.count(.actionsByVersion, slot, RollupCell(version, action), sign)
        guard time > 0, action != Int(RecommendationAction.viewed.code) else { return }
        let milliseconds = Double(time - 1)
        cells.number(milliseconds, .decisionTime, slot, 0, sign)
        cells.number(milliseconds, .decisionTimeByType, slot, type, sign)
        cells.number(milliseconds, .decisionTimeByConfidence, slot, confidence, sign)
        cells.number(milliseconds, .decisionTimeByVersion, slot, version, sign)
    }
}
