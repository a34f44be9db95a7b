/// What names stand for; the numbers are stored and never change.
enum NameDomain: UInt8, CaseIterable {
    case recommendationType = 0
    case explanationVersion = 1
    case admin = 2
    case module = 3
    case track = 4
    case browser = 5
    case operatingSystem = 6
    /// A question and one of its options.
    case choice = 7
}

/// Gives names small numbers, domain by domain, so that facts and cells need not spell them out.
///
/// A producer that makes up names cannot fill the memory: beyond ``capacity`` names of a domain all others count as `(other)`.
struct NameRegistry: ~Copyable {
    static let capacity = 65_535
    static let other = "(other)"

    private struct Slot {
        var hash: UInt64
        /// Place in `spelling`.
        var offset: Int
        var count: Int
        var id: Int
    }

    private let database: Database
    private let insert: Statement
    private var slots: [Slot?] = Array(repeating: nil, count: 1 << 10)
    private var used = 0
    private var spelling = FactWriter()
    private var counts = [Int](repeating: 0, count: NameDomain.allCases.count)
    /// The questions of choices, by the choice's number; questions are numbered apart.
    private(set) var questions: [Int] = []
    private var questionNumbers: [[UInt8]: Int] = [:]
    private var key = FactWriter()
    private var text = FactWriter()

    private init(_ database: Database, insert: Statement) {
        self.database = database
        self.insert = insert
    }

    /// Knows nothing until ``readAll(from:)``.
    static func open(_ database: Database, in place: RollupSchema.Place) throws(StoreError) -> NameRegistry {
        let insert = try database.prepare(
            "INSERT INTO \(place).rollup_names (domain, id, name, detail) VALUES (?, ?, ?, ?)")
        return NameRegistry(database, insert: insert)
    }

    /// Forgets what is in memory and reads what is stored.
    mutating func readAll(from place: RollupSchema.Place) throws(StoreError) {
        slots = Array(repeating: nil, count: 1 << 10)
        used = 0
        spelling.removeAll()
        counts = [Int](repeating: 0, count: NameDomain.allCases.count)
        questions = []
        questionNumbers = [:]
        try readOn(from: place)
    }

    /// Reads the names that other processes have added: what is known keeps its number.
    mutating func readOn(from place: RollupSchema.Place) throws(StoreError) {
        let rows = try database.prepare(
            "SELECT name, detail FROM \(place).rollup_names WHERE domain = ? AND id >= ? ORDER BY id")
        for domain in NameDomain.allCases {
            rows.bind(1, Int64(domain.rawValue))
            rows.bind(2, Int64(counts[Int(domain.rawValue)]))
            while try rows.step() {
                spell(domain, rows.bytes(0), rows.isNull(1) ? nil : rows.bytes(1))
                _ = add(domain, hash: key.bytes.quickHash(0), question: rows.bytes(0))
            }
            rows.reset()
        }
    }

    /// The number of a name; a new name is stored with the running transaction.
    @inline(__always)
    mutating func id(
        _ domain: NameDomain, _ name: UnsafeRawBufferPointer, _ detail: UnsafeRawBufferPointer? = nil
    ) throws(StoreError) -> Int {
        spell(domain, name, detail)
        let hash = key.bytes.quickHash(0)
        if let known = find(hash) { return known }
        return try make(domain, name, detail, hash)
    }

    mutating func id(_ domain: NameDomain, _ name: String) throws(StoreError) -> Int {
        text.removeAll()
        for byte in name.utf8 { text.byte(byte) }
        return try id(domain, text.bytes)
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
    ) throws(StoreError) -> Int {
        let count = counts[Int(domain.rawValue)]
        if count > Self.capacity { return Self.capacity }
        let isFull = count == Self.capacity
        insert.bind(1, Int64(domain.rawValue))
        insert.bind(2, Int64(count))
        insert.bind(3, isFull ? Self.other : String(decoding: name, as: UTF8.self))
        insert.bind(4, isFull ? nil : detail.map { String(decoding: $0, as: UTF8.self) })
        try insert.run(doing: "name a rollup")
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
