import Glibc

/// A fixed set of names, looked up by length and bytes without a `String`: the members of an object, the words of an enumeration.
struct NameTable: ~Copyable {
    private struct Slot {
        var head: UInt64
        var tail: UInt64
        var name: UnsafePointer<UInt8>
        var count: UInt32
        /// Negative for a free slot.
        var position: Int32
    }

    /// In the order given, which is the position that a lookup returns.
    let names: [String]
    private let slots: UnsafeMutablePointer<Slot>
    /// The names end to end, and how long each is.
    private let text: UnsafeMutablePointer<UInt8>
    private let lengths: [Int]
    private static let slotCount = 128

    init(_ names: [String]) {
        precondition(names.count <= Self.slotCount / 2, "the table is for small sets")
        self.names = names
        lengths = names.map(\.utf8.count)
        let bytes = names.reduce(0) { $0 + $1.utf8.count } + 8
        text = .allocate(capacity: bytes)
        text.initialize(repeating: 0, count: bytes)
        slots = .allocate(capacity: Self.slotCount)
        let free = Slot(head: 0, tail: 0, name: UnsafePointer(text), count: 0, position: -1)
        slots.initialize(repeating: free, count: Self.slotCount)
        var next = text
        for (position, name) in names.enumerated() {
            let start = next
            for byte in name.utf8 {
                next.pointee = byte
                next += 1
            }
            insert(Text(base: start, count: name.utf8.count), at: position)
        }
    }

    deinit {
        slots.deallocate()
        text.deallocate()
    }

    private func insert(_ name: Text, at position: Int) {
        let (head, tail) = Self.ends(name)
        var index = Self.hash(head, tail, name.count)
        while slots[index].position >= 0 { index = (index + 1) & (Self.slotCount - 1) }
        slots[index] = Slot(
            head: head, tail: tail, name: name.base, count: UInt32(name.count), position: Int32(position))
    }

    /// Place of `name` among the names, or -1.
    @inline(__always)
    func position(of name: Text) -> Int {
        let (head, tail) = Self.ends(name)
        var index = Self.hash(head, tail, name.count)
        while slots[index].position >= 0 {
            let slot = slots[index]
            if slot.head == head, slot.tail == tail, Int(slot.count) == name.count,
                name.count <= 16 || Self.haveSameMiddle(slot.name, name)
            {
                return Int(slot.position)
            }
            index = (index + 1) & (Self.slotCount - 1)
        }
        return -1
    }

    /// The same for a name that differs in the case of ASCII letters only. Goes through all of them.
    func position(inAnotherCase name: Text) -> Int {
        var word = UnsafePointer(text)
        for (position, length) in lengths.enumerated() {
            if length == name.count, (0..<length).allSatisfy({ Self.upper(word[$0]) == Self.upper(name.base[$0]) }) {
                return position
            }
            word += length
        }
        return -1
    }

    @inline(__always)
    private static func upper(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") ? byte & 0xDF : byte
    }

    /// The first and the last eight bytes, which are all of a name of up to 16.
    @inline(__always)
    private static func ends(_ name: Text) -> (UInt64, UInt64) {
        let start = UnsafeRawPointer(name.base)
        let head = start.loadUnaligned(as: UInt64.self)
        if name.count >= 8 {
            return (head, start.loadUnaligned(fromByteOffset: name.count - 8, as: UInt64.self))
        }
        let known = head & ((1 << (UInt64(name.count) * 8)) &- 1)
        return (known, known)
    }

    /// Of texts of more than 16 bytes; of up to 32 without a call.
    @inline(__always)
    private static func haveSameMiddle(_ known: UnsafePointer<UInt8>, _ name: Text) -> Bool {
        guard name.count <= 32 else { return memcmp(known, name.base, name.count) == 0 }
        let (known, given) = (UnsafeRawPointer(known), UnsafeRawPointer(name.base))
        let second = known.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        let last = known.loadUnaligned(fromByteOffset: name.count - 16, as: UInt64.self)
        return second == given.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
            && last == given.loadUnaligned(fromByteOffset: name.count - 16, as: UInt64.self)
    }

    @inline(__always)
    private static func hash(_ head: UInt64, _ tail: UInt64, _ count: Int) -> Int {
        let mixed =
            (head ^ (tail &* 0x9E37_79B9_7F4A_7C15) ^ UInt64(truncatingIfNeeded: count))
            &* 0xD6E8_FEB8_6659_FD93
        return Int(truncatingIfNeeded: mixed >> 57)
    }
}

/// The words of an enumeration of the wire.
struct WordTable<Value: WireValue>: ~Copyable {
    let table = NameTable(Value.allCases.map(\.rawValue))
    private let values = Array(Value.allCases)

    @inline(__always)
    func value(of word: Text) -> Value? {
        let position = table.position(of: word)
        return position < 0 ? nil : values[position]
    }

    /// The one that differs from `word` in the case of ASCII letters only.
    func value(inAnotherCase word: Text) -> Value? {
        let position = table.position(inAnotherCase: word)
        return position < 0 ? nil : values[position]
    }
}
