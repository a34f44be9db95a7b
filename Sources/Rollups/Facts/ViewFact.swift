package import Events

/// A view event: type and who looked.
package enum ViewFact {
    package static func write(
        _ event: IntelligenceEvent.AdminView, _ names: inout NameRegistry, to writer: inout FactWriter
    ) {
        writer.byte(event.eventType.code)
        var digits = (UInt64(0), UInt64(0), UInt64(0))
        let id = withUnsafeMutableBytes(of: &digits) { space in
            names.id(.admin, Self.decimal(event.adminUserID, in: space))
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
    package static func add(_ reader: consuming FactReader, to cells: FactCells, _ slot: Int64, _ sign: Int64) {
        let type = Int(reader.byte())
        cells.count(.views, slot, RollupCell(0, type), sign)
        cells.count(.viewsByAdmin, slot, RollupCell(reader.int(), 0), sign)
    }
}
