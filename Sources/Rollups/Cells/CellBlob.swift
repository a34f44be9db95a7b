/// Cells of one node as they are stored: in order, each the distance to the one before and a number, as varints. Zeros are left out, so
/// equal sums are equal bytes.
package enum CellBlob {
    /// Calls `body` with each cell in order.
    @inline(__always)
    package static func forEach(_ bytes: UnsafeRawBufferPointer, _ body: (RollupCell, Int64) -> Void) {
        guard var reader = FactReader(bytes) else { return }
        var cell: UInt32 = 0
        while !reader.isAtEnd {
            cell &+= UInt32(truncatingIfNeeded: reader.varint())
            body(RollupCell(rawValue: cell), reader.zigzag())
        }
    }

    /// Whether a node of a family of numbers has one of these dimensions.
    package static func holdsNumbers(of dimensions: Set<Int>, _ bytes: UnsafeRawBufferPointer) -> Bool {
        var last = -1
        var isFound = false
        forEach(bytes) { cell, _ in
            guard !isFound, cell.dimension != last else { return }
            last = cell.dimension
            isFound = dimensions.contains(last)
        }
        return isFound
    }

    /// Writes the sum of a stored node and of `entries`, which belong to it and are in order.
    package static func write(
        sumOf bytes: UnsafeRawBufferPointer, and entries: ArraySlice<CellAccumulator.Entry>, to writer: inout FactWriter
    ) {
        var last: UInt32 = 0
        var next = entries.startIndex
        func put(_ cell: UInt32, _ value: Int64, _ writer: inout FactWriter) {
            guard value != 0 else { return }
            writer.varint(UInt64(cell &- last))
            writer.zigzag(value)
            last = cell
        }
        forEach(bytes) { cell, value in
            while next < entries.endIndex, entries[next].cell.rawValue < cell.rawValue {
                put(entries[next].cell.rawValue, entries[next].value, &writer)
                next += 1
            }
            var value = value
            if next < entries.endIndex, entries[next].cell == cell {
                value &+= entries[next].value
                next += 1
            }
            put(cell.rawValue, value, &writer)
        }
        for entry in entries[next...] { put(entry.cell.rawValue, entry.value, &writer) }
    }
}
