internal import Events

/// What names stand for; the numbers are stored and never change.
package enum NameDomain: UInt8, CaseIterable {
    case recommendationType = 0
    case explanationVersion = 1
    case admin = 2
    case module = 3
    case track = 4
    case browser = 5
    case operatingSystem = 6
    /// A question and one of its options.
    case choice = 7
    /// An alignment model and its version.
    case model = 8
    /// The recommended track of a session and the one that was chosen instead.
    case override = 9
}

/// Gives names small numbers, domain by domain, so that facts and cells need not spell them out.
///
/// A producer that makes up names cannot fill the memory: beyond ``capacity`` names of a domain all others count as `(other)`.
package struct NameRegistry: ~Copyable {
    package static let capacity = 65_535
    package static let other = "(other)"

    private struct Slot {
        package var hash: UInt64
        /// Place in `spelling`.
        package var offset: Int
        package var count: Int
        package var id: Int
    }

    /// A name that was given a number and is not stored yet.
    package struct New {
        package let domain: NameDomain
        package let id: Int
        package let name: String
        package let detail: String?
    }

    /// To be stored together with the first facts that mention them.
    package private(set) var new: [New] = []
    private var slots: [Slot?] = Array(repeating: nil, count: 1 << 10)
    private var used = 0
    private var spelling = FactWriter()
    private var counts = [Int](repeating: 0, count: NameDomain.tableSize)
    /// The questions of choices, by the choice's number; questions are numbered apart.
    package private(set) var questions: [Int] = []
    private var questionNumbers: [[UInt8]: Int] = [:]
    private var key = FactWriter()
    private var text = FactWriter()

    package init() {}

    /// How many names of a domain are known: the number that the next one gets.
    package func count(of domain: NameDomain) -> Int { counts[Int(domain.rawValue)] }

    /// Takes up the next stored name of a domain; they come in the order of their numbers.
    package mutating func know(
        _ domain: NameDomain, _ name: UnsafeRawBufferPointer, _ detail: UnsafeRawBufferPointer?
    ) {
        spell(domain, name, detail)
        _ = add(domain, hash: key.bytes.quickHash(0), question: name)
    }

    package mutating func forgetAll() {
        slots = Array(repeating: nil, count: 1 << 10)
        used = 0
        spelling.removeAll()
        counts = [Int](repeating: 0, count: NameDomain.tableSize)
        questions = []
        questionNumbers = [:]
        new = []
    }

    /// The new names have been written.
    package mutating func stored() { new.removeAll() }

    /// The number of a name; a new one gets the next of its domain, see ``new``.
    @inline(__always)
    package mutating func id(
        _ domain: NameDomain, _ name: UnsafeRawBufferPointer, _ detail: UnsafeRawBufferPointer? = nil
    ) -> Int {
        spell(domain, name, detail)
        let hash = key.bytes.quickHash(0)
        if let known = find(hash) { return known }
        return make(domain, name, detail, hash)
    }

    package mutating func id(_ domain: NameDomain, _ name: String) -> Int {
        text.removeAll()
        for byte in name.utf8 { text.byte(byte) }
        return id(domain, text.bytes)
    }

    package mutating func id(_ domain: NameDomain, _ name: String, _ detail: String) -> Int {
        text.removeAll()
        for byte in name.utf8 { text.byte(byte) }
        let end = text.count
        for byte in detail.utf8 { text.byte(byte) }
        let bytes = text.bytes
        return id(
            domain, UnsafeRawBufferPointer(rebasing: bytes[..<end]), UnsafeRawBufferPointer(rebasing: bytes[end...]))
    }

    // 0xFF is never part of UTF-8, so no two names are spelled alike.
    @inline(__always)
    private mutating func spell(_ domain: NameDomain, _ name: UnsafeRawBufferPointer, _ detail: UnsafeRawBufferPointer?)
    {
        key.removeAll()
        key.byte(domain.rawValue)
        key.append(name)
        if let detail {
            key.byte(0xFF)
            key.append(detail)
        }
    }

    @inline(__always)
    private func find(_ hash: UInt64) -> Int? {
        let wanted = key.bytes
        var place = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while let slot = slots[place] {
            if slot.hash == hash, slot.count == wanted.count {
                let known = UnsafeRawBufferPointer(rebasing: spelling.bytes[slot.offset..<slot.offset + slot.count])
                if known.isSame(as: wanted) { return slot.id }
            }
            place = (place + 1) & (slots.count - 1)
        }
        return nil
    }

    @inline(never)
    private mutating func make(
        _ domain: NameDomain, _ name: UnsafeRawBufferPointer, _ detail: UnsafeRawBufferPointer?, _ hash: UInt64
    ) -> Int {
        let count = counts[Int(domain.rawValue)]
        if count > Self.capacity { return Self.capacity }
        let isFull = count == Self.capacity
        new.append(
            New(
                domain: domain, id: count, name: isFull ? Self.other : String(decoding: name, as: UTF8.self),
                detail: isFull ? nil : detail.map { String(decoding: $0, as: UTF8.self) }))
        return add(domain, hash: hash, question: name)
    }

    /// Takes the name that is spelled in `key` into memory.
    private mutating func add(_ domain: NameDomain, hash: UInt64, question: UnsafeRawBufferPointer) -> Int {
        let id = counts[Int(domain.rawValue)]
        counts[Int(domain.rawValue)] += 1
        if domain == .choice {
            let bytes = Array(question)
            let number = questionNumbers[bytes] ?? questionNumbers.count
            questionNumbers[bytes] = number
            questions.append(number)
        }
        let offset = spelling.count
        spelling.append(key.bytes)
        used += 1
        if used * 2 > slots.count { enlarge() }
        put(Slot(hash: hash, offset: offset, count: key.count, id: id))
        return id
    }

    private mutating func put(_ slot: Slot) {
        var place = Int(truncatingIfNeeded: slot.hash) & (slots.count - 1)
        while slots[place] != nil { place = (place + 1) & (slots.count - 1) }
        slots[place] = slot
    }

    private mutating func enlarge() {
        let old = slots
        slots = Array(repeating: nil, count: old.count * 2)
        for case let slot? in old { put(slot) }
    }
}
