/// Why a file of the time zone database cannot be used.
struct MalformedTimeZone: Error {}

extension TimeZone {
    /// Reads a file in the format of RFC 8536, of version 2 or later, or of version 1 where that is all there is.
    init(name: String, tzif bytes: [UInt8]) throws(MalformedTimeZone) {
        var reader = BigEndianReader(bytes)
        var header = try TZifHeader(&reader)
        var isLong = false
        if header.version >= 2 {
            // First comes the same with times of 32 bits, for old readers.
            try reader.skip(header.dataBytes(bytesPerTime: 4))
            header = try TZifHeader(&reader)
            isLong = true
        }
        guard header.typeCount > 0 else { throw MalformedTimeZone() }
        var transitions: [Int64] = []
        for _ in 0..<header.timeCount {
            transitions.append(isLong ? try reader.integer(Int64.self) : Int64(try reader.integer(Int32.self)))
        }
        var types: [Int] = []
        for _ in 0..<header.timeCount { types.append(Int(try reader.integer(UInt8.self))) }
        var offsets: [Int64] = []
        for _ in 0..<header.typeCount {
            offsets.append(Int64(try reader.integer(Int32.self)))
            try reader.skip(2)
        }
        try reader.skip(header.bytesAfterTypes(bytesPerTime: isLong ? 8 : 4))
        guard types.allSatisfy({ $0 < offsets.count }),
            zip(transitions, transitions.dropFirst()).allSatisfy({ $0 < $1 }),
            offsets.allSatisfy({ abs($0) <= 26 * 3600 })
        else { throw MalformedTimeZone() }
        self.init(
            name: name, transitions: transitions, offsets: [offsets[0]] + types.map { offsets[$0] },
            rule: isLong ? try Self.rule(&reader) : nil)
    }

    /// What stands between the last two line feeds; empty where the last offset holds for ever.
    private static func rule(_ reader: inout BigEndianReader) throws(MalformedTimeZone) -> YearlyRule? {
        guard let footer = reader.footer() else { throw MalformedTimeZone() }
        guard !footer.isEmpty else { return nil }
        guard let rule = YearlyRule(footer) else { throw MalformedTimeZone() }
        return rule
    }
}

/// RFC 8536, 3.1.
private struct TZifHeader {
    let version: Int
    let timeCount: Int
    let typeCount: Int
    private let nameBytes: Int
    private let leapCount: Int
    private let standardCount: Int
    private let universalCount: Int

    init(_ reader: inout BigEndianReader) throws(MalformedTimeZone) {
        guard try reader.integer(UInt32.self) == 0x545A_6966 else { throw MalformedTimeZone() }
        let version = try reader.integer(UInt8.self)
        self.version = version == 0 ? 1 : Int(version) - 48
        try reader.skip(15)
        universalCount = try reader.count()
        standardCount = try reader.count()
        leapCount = try reader.count()
        timeCount = try reader.count()
        typeCount = try reader.count()
        nameBytes = try reader.count()
    }

    func dataBytes(bytesPerTime: Int) -> Int {
        timeCount * (bytesPerTime + 1) + typeCount * 6 + bytesAfterTypes(bytesPerTime: bytesPerTime)
    }

    func bytesAfterTypes(bytesPerTime: Int) -> Int {
        nameBytes + leapCount * (bytesPerTime + 4) + standardCount + universalCount
    }
}

private struct BigEndianReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    mutating func skip(_ count: Int) throws(MalformedTimeZone) {
        guard count <= rest.count else { throw MalformedTimeZone() }
        rest = rest.dropFirst(count)
    }

    mutating func integer<Integer: FixedWidthInteger>(_: Integer.Type) throws(MalformedTimeZone) -> Integer {
        let size = Integer.bitWidth / 8
        guard size <= rest.count else { throw MalformedTimeZone() }
        var value: Integer = 0
        for byte in rest.prefix(size) { value = value << 8 | Integer(truncatingIfNeeded: byte) }
        rest = rest.dropFirst(size)
        return value
    }

    /// A number of things, of which there are never so many.
    mutating func count() throws(MalformedTimeZone) -> Int {
        let count = try integer(UInt32.self)
        guard count < 1 << 20 else { throw MalformedTimeZone() }
        return Int(count)
    }

    func footer() -> String? {
        guard rest.count >= 2, rest.first == 10, rest.last == 10 else { return nil }
        return String(decoding: rest.dropFirst().dropLast(), as: UTF8.self)
    }
}
