internal import Events

/// What names stand for; the numbers are stored and never change.
package struct NameDomain: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let recommendationType = NameDomain(rawValue: 0)
    package static let explanationVersion = NameDomain(rawValue: 1)
    package static let admin = NameDomain(rawValue: 2)
    package static let module = NameDomain(rawValue: 3)
    package static let track = NameDomain(rawValue: 4)
    package static let browser = NameDomain(rawValue: 5)
    package static let operatingSystem = NameDomain(rawValue: 6)
    /// A question and one of its options.
    package static let choice = NameDomain(rawValue: 7)
    /// An alignment model and its version.
    package static let model = NameDomain(rawValue: 8)
    /// The recommended track of a session and the one that was chosen instead.
    package static let override = NameDomain(rawValue: 9)

    /// Those that every store has.
    package static let fixed: [NameDomain] = [
        .recommendationType, .explanationVersion, .admin, .module, .track, .browser, .operatingSystem, .choice, .model,
        .override,
    ]

    private static let firstDeclared: UInt16 = 16

    /// The values of a declared dimension; `number` is the store's, from 1 on.
    package static func declared(_ number: Int) -> NameDomain {
        NameDomain(rawValue: firstDeclared + UInt16(clamping: number))
    }

    /// How many names of it are told apart. A store may have many declared dimensions, and their values are anybody's.
    var capacity: Int { rawValue < Self.firstDeclared ? NameRegistry.capacity : NameRegistry.declaredCapacity }
}

/// Gives names small numbers, domain by domain, so that facts and cells need not spell them out.
///
/// A producer that makes up names cannot fill the memory: beyond the capacity of a domain all others count as `(other)`.
package struct NameRegistry: ~Copyable {
    package static let capacity = 65_535
    package static let declaredCapacity = 8_000
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
    /// By domain, as far as there are names.
    private var counts: [Int] = []
    /// The questions of choices, by the choice's number; questions are numbered apart.
    package private(set) var questions: [Int] = []
    private var questionNumbers: [[UInt8]: Int] = [:]
    private var key = FactWriter()
    private var text = FactWriter()

    package init() {}

    /// How many names of a domain are known: the number that the next one gets.
    package func count(of domain: NameDomain) -> Int {
        let place = Int(domain.rawValue)
        return place < counts.count ? counts[place] : 0
    }

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
        counts = []
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
        key.byte(UInt8(truncatingIfNeeded: domain.rawValue))
        if domain.rawValue > 0xFF {
            key.byte(0xFF)
            key.byte(UInt8(domain.rawValue >> 8))
        }
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
        let (count, capacity) = (count(of: domain), domain.capacity)
        if count > capacity { return capacity }
        let isFull = count == capacity
        new.append(
            New(
                domain: domain, id: count, name: isFull ? Self.other : String(decoding: name, as: UTF8.self),
                detail: isFull ? nil : detail.map { String(decoding: $0, as: UTF8.self) }))
        return add(domain, hash: hash, question: name)
    }

    /// Takes the name that is spelled in `key` into memory.
    private mutating func add(_ domain: NameDomain, hash: UInt64, question: UnsafeRawBufferPointer) -> Int {
        let (id, place) = (count(of: domain), Int(domain.rawValue))
        if place >= counts.count { counts += Array(repeating: 0, count: place + 1 - counts.count) }
        counts[place] += 1
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
