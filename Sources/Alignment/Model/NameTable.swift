import Glibc

/// Finds the names of questions and tracks by their bytes: open addressing with FNV-1a hashes, no `String` made on the way.
///
/// The table is built from a model file, never from messages, so nobody can grow it or fill it with collisions.
struct NameTable: Sendable {
    private struct Slot: Sendable {
        var hash: UInt64 = 0
        var start: Int32 = 0
        var count: Int32 = 0
        /// -1 where the slot is free.
        var place: Int32 = -1
    }

    private var slots: [Slot]
    private var bytes: [UInt8] = []

    init(_ names: [String]) {
        var size = 8
        while size < names.count * 3 { size *= 2 }
        slots = Array(repeating: Slot(), count: size)
        for (place, name) in names.enumerated() {
            let letters = Array(name.utf8)
            let hash = letters.withUnsafeBytes { Self.hash($0) }
            var index = Int(truncatingIfNeeded: hash) & (size - 1)
            while slots[index].place >= 0 { index = (index + 1) & (size - 1) }
            slots[index] = Slot(
                hash: hash, start: Int32(bytes.count), count: Int32(letters.count), place: Int32(place))
            bytes += letters
        }
    }

    /// The place of `name` in the list the table was made of.
    func place(of name: UnsafeRawBufferPointer) -> Int? {
        let hash = Self.hash(name)
        var index = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[index].place >= 0 {
            let slot = slots[index]
            if slot.hash == hash, Int(slot.count) == name.count, isEqual(slot, name) { return Int(slot.place) }
            index = (index + 1) & (slots.count - 1)
        }
        return nil
    }

    private func isEqual(_ slot: Slot, _ name: UnsafeRawBufferPointer) -> Bool {
        bytes.withUnsafeBytes { known in
            guard let first = known.baseAddress, let second = name.baseAddress else { return name.isEmpty }
            return memcmp(first + Int(slot.start), second, name.count) == 0
        }
    }

    private static func hash(_ name: UnsafeRawBufferPointer) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in name { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hash ^ hash >> 32
    }
}
