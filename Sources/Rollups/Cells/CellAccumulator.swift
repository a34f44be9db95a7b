/// Adds up cells: an open-addressing table from (family, slot, cell) to a number, made to be filled, sorted and emptied again and again.
///
/// Belongs to one thread.
package final class CellAccumulator {
    package struct Entry {
        /// Family, slot and cell, in this order of significance, so that entries sort as they are stored.
        package var key: UInt64
        package var value: Int64

        package var familyNumber: UInt8 { UInt8(key >> 58) }
        package var slot: Int64 { Int64(key >> 32) & (1 << Int64(RollupSlot.bits) - 1) }
        package var cell: RollupCell { RollupCell(rawValue: UInt32(truncatingIfNeeded: key)) }
    }

    private static let free = UInt64.max

    private var keys: UnsafeMutablePointer<UInt64>
    private var values: UnsafeMutablePointer<Int64>
    private var mask: Int
    package private(set) var count = 0

    package init(capacity: Int = 1 << 12) {
        mask = capacity - 1
        keys = .allocate(capacity: capacity)
        values = .allocate(capacity: capacity)
        keys.initialize(repeating: Self.free, count: capacity)
        values.initialize(repeating: 0, count: capacity)
    }

    deinit {
        keys.deallocate()
        values.deallocate()
    }

    @inline(__always)
    package static func key(_ family: RollupFamily, slot: Int64) -> UInt64 {
        UInt64(family.rawValue) << 58 | UInt64(slot) << 32
    }

    /// `base` is ``key(_:slot:)``.
    @inline(__always)
    package func add(_ base: UInt64, _ cell: RollupCell, _ value: Int64) {
        add(key: base | UInt64(cell.rawValue), value)
    }

    /// The cells of a node as it is stored, see ``CellBlob``, without regard to their slot.
    package func add(_ node: UnsafeRawBufferPointer, of family: RollupFamily) {
        let base = Self.key(family, slot: 0)
        CellBlob.forEach(node) { cell, value in add(base, cell, value) }
    }

    @inline(__always)
    package func add(key: UInt64, _ value: Int64) {
        var place = Self.place(of: key, mask)
        while keys[place] != key {
            if keys[place] == Self.free {
                if count * 2 > mask {
                    grow()
                    return add(key: key, value)
                }
                keys[place] = key
                values[place] = value
                count += 1
                return
            }
            place = (place + 1) & mask
        }
        values[place] &+= value
    }

    @inline(__always)
    private static func place(of key: UInt64, _ mask: Int) -> Int {
        let mixed = (key ^ key >> 31) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed >> 20) & mask
    }

    @inline(never)
    private func grow() {
        let (oldKeys, oldValues, oldCapacity) = (keys, values, mask + 1)
        let capacity = oldCapacity * 2
        mask = capacity - 1
        keys = .allocate(capacity: capacity)
        values = .allocate(capacity: capacity)
        keys.initialize(repeating: Self.free, count: capacity)
        values.initialize(repeating: 0, count: capacity)
        for old in 0..<oldCapacity where oldKeys[old] != Self.free {
            var place = Self.place(of: oldKeys[old], mask)
            while keys[place] != Self.free { place = (place + 1) & mask }
            keys[place] = oldKeys[old]
            values[place] = oldValues[old]
        }
        oldKeys.deallocate()
        oldValues.deallocate()
    }

    /// What is not zero, in order; the table is empty then.
    package func drain() -> [Entry] {
        var entries: [Entry] = []
        entries.reserveCapacity(count)
        for place in 0...mask where keys[place] != Self.free {
            if values[place] != 0 { entries.append(Entry(key: keys[place], value: values[place])) }
            keys[place] = Self.free
        }
        count = 0
        Self.sort(&entries)
        return entries
    }
}
