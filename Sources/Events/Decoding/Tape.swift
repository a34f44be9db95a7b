/// UTF-8 bytes of a JSON string, unescaped: a place in simdjson's string buffer, valid until the next message is parsed.
///
/// Eight bytes from any place in it can be read: the buffer is larger than what it holds.
struct Text {
    let base: UnsafePointer<UInt8>
    let count: Int

    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: count) }
    var raw: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }
    var string: String { String(decoding: bytes, as: UTF8.self) }

    /// At most `limit` Unicode scalars, with an ellipsis where there are more. Looks at no more than that.
    func start(_ limit: Int) -> String {
        var end = 0
        var scalars = 0
        while end < count {
            if bytes[end] & 0xC0 != 0x80 {
                if scalars == limit { return String(decoding: bytes[..<end], as: UTF8.self) + "…" }
                scalars += 1
            }
            end += 1
        }
        return string
    }

    /// The first `limit` Unicode scalars.
    func prefix(_ limit: Int) -> Text {
        var end = 0
        var scalars = 0
        while end < count {
            if bytes[end] & 0xC0 != 0x80 {
                if scalars == limit { break }
                scalars += 1
            }
            end += 1
        }
        return Text(base: base, count: end)
    }

    /// Unicode scalars, which is what the lengths in <doc:Messages> count.
    var scalarCount: Int {
        var scalars = 0
        for byte in bytes where byte & 0xC0 != 0x80 { scalars += 1 }
        return scalars
    }

    /// Whether `scalarCount` is at most `limit`; most strings have fewer bytes than that and are not looked into.
    @inline(__always)
    func isAtMost(_ limit: Int) -> Bool {
        count <= limit || scalarCount <= limit
    }
}

/// A parsed document: simdjson's tape of 64-bit words (its `doc/tape.md`), a type letter in the top byte, a payload below.
///
/// A value is the place of its first word; place 0 is never a value and stands for *absent*.
struct Tape {
    let words: UnsafePointer<UInt64>
    let strings: UnsafePointer<UInt8>

    static let root = 1

    enum Kind: UInt8 {
        case object = 0x7B
        case array = 0x5B
        case string = 0x22
        case signed = 0x6C
        case unsigned = 0x75
        case double = 0x64
        case yes = 0x74
        case no = 0x66
        case null = 0x6E
    }

    @inline(__always)
    func letter(_ place: Int) -> UInt8 { UInt8(truncatingIfNeeded: words[place] >> 56) }

    @inline(__always)
    func isKind(_ place: Int, _ kind: Kind) -> Bool { letter(place) == kind.rawValue }

    /// Null counts as absent.
    @inline(__always)
    func isAbsent(_ place: Int) -> Bool { place == 0 || isKind(place, .null) }

    @inline(__always)
    func text(_ place: Int) -> Text {
        let start = strings + Int(truncatingIfNeeded: words[place] & 0x00FF_FFFF_FFFF_FFFF)
        let count = UnsafeRawPointer(start).loadUnaligned(as: UInt32.self)
        return Text(base: start + 4, count: Int(count))
    }

    @inline(__always)
    func signed(_ place: Int) -> Int64 { Int64(bitPattern: words[place + 1]) }

    @inline(__always)
    func unsigned(_ place: Int) -> UInt64 { words[place + 1] }

    @inline(__always)
    func double(_ place: Int) -> Double { Double(bitPattern: words[place + 1]) }

    /// The place after the value at `place`.
    @inline(__always)
    func after(_ place: Int) -> Int {
        switch letter(place) {
        case Kind.object.rawValue, Kind.array.rawValue: Int(truncatingIfNeeded: words[place] & 0xFFFF_FFFF)
        case Kind.signed.rawValue, Kind.unsigned.rawValue, Kind.double.rawValue: place + 2
        default: place + 1
        }
    }

    /// The place of the closing word of the object or array at `place`.
    @inline(__always)
    func closing(_ place: Int) -> Int { after(place) - 1 }
}
