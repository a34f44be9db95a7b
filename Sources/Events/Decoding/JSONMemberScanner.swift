/// Finds where in the text of a JSON document a member's value stands, which a tape does not tell.
///
/// For documents that are known to be valid; an invalid one is never read beyond its end.
struct JSONMemberScanner {
    private let bytes: UnsafeRawBufferPointer
    private var next = 0
    private let path: [String]
    private var found: [Range<Int>] = []

    /// The values at `path`, a list of member names from the root, in document order; more than one where a member is given twice.
    static func values(at path: [String], in body: UnsafeRawBufferPointer) -> [Range<Int>] {
        var scanner = JSONMemberScanner(bytes: body, path: path)
        scanner.value(level: 0)
        return scanner.found
    }

    /// The names, with their quotes, and values of the object at `place`, in document order; none where that is no object.
    static func forEachMember(
        of place: Range<Int>, in body: UnsafeRawBufferPointer, _ use: (_ name: Range<Int>, _ value: Range<Int>) -> Void
    ) {
        var scanner = JSONMemberScanner(bytes: UnsafeRawBufferPointer(rebasing: body[..<place.upperBound]), path: [])
        scanner.next = place.lowerBound
        scanner.skipSpace()
        guard scanner.peek == UInt8(ascii: "{") else { return }
        scanner.next += 1
        scanner.skipSpace()
        while scanner.peek == UInt8(ascii: "\"") {
            let name = scanner.next
            scanner.skipString()
            let nameEnd = scanner.next
            scanner.skipSpace()
            scanner.next = min(scanner.next + 1, scanner.bytes.count)
            use(name..<nameEnd, scanner.nextValue())
            scanner.skipComma()
        }
    }

    /// The elements of the array at `place`, in order; none where that is no array.
    static func forEachElement(of place: Range<Int>, in body: UnsafeRawBufferPointer, _ use: (Range<Int>) -> Void) {
        var scanner = JSONMemberScanner(bytes: UnsafeRawBufferPointer(rebasing: body[..<place.upperBound]), path: [])
        scanner.next = place.lowerBound
        scanner.skipSpace()
        guard scanner.peek == UInt8(ascii: "[") else { return }
        scanner.next += 1
        scanner.skipSpace()
        while let byte = scanner.peek, byte != UInt8(ascii: "]") {
            let element = scanner.nextValue()
            guard !element.isEmpty else { return }
            use(element)
            scanner.skipComma()
        }
    }

    private mutating func nextValue() -> Range<Int> {
        skipSpace()
        let start = next
        // What most of them are.
        if peek == UInt8(ascii: "\"") { skipString() } else { skipValue() }
        return start..<next
    }

    private mutating func skipComma() {
        skipSpace()
        if peek == UInt8(ascii: ",") { next += 1 }
        skipSpace()
    }

    private init(bytes: UnsafeRawBufferPointer, path: [String]) {
        self.bytes = bytes
        self.path = path
    }

    /// Steps over the value that comes next; `level` is how many names of the path lead to it.
    private mutating func value(level: Int) {
        skipSpace()
        let start = next
        if level < path.count, peek == UInt8(ascii: "{") {
            members(level: level)
        } else {
            skipValue()
        }
        if level == path.count { found.append(start..<next) }
    }

    private mutating func members(level: Int) {
        next += 1
        while true {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { break }
            let start = next
            skipString()
            let isMatch = Self.unescaped(bytes[start..<next]).map { ByteKey($0) } == ByteKey(path[level])
            skipSpace()
            next = min(next + 1, bytes.count)
            if isMatch {
                value(level: level + 1)
            } else {
                skipSpace()
                skipValue()
            }
            skipSpace()
            guard peek == UInt8(ascii: ",") else { break }
            next += 1
        }
        next = min(next + 1, bytes.count)
    }

    /// Counts brackets; what is inside does not matter here.
    private mutating func skipValue() {
        var depth = 0
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""): skipString()
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                next += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard depth > 0 else { return }
                depth -= 1
                next += 1
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                guard depth > 0 else { return }
                next += 1
                continue
            case 0x20, 0x0A, 0x0D, 0x09:
                next += 1
                continue
            default: skipScalar()
            }
            if depth == 0 { return }
        }
    }

    /// A number or a literal.
    private mutating func skipScalar() {
        while let byte = peek, !Self.isDelimiter(byte) { next += 1 }
    }

    @inline(__always)
    private mutating func skipString() {
        next += 1
        while true {
            skipPlain()
            guard let byte = peek else { return }
            if byte == UInt8(ascii: "\"") {
                next += 1
                return
            }
            next = min(next + (byte == UInt8(ascii: "\\") ? 2 : 1), bytes.count)
        }
    }

    /// Up to the next quote or backslash, eight bytes at a time; it may stop before, near the end.
    @inline(__always)
    private mutating func skipPlain() {
        while next + 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: next, as: UInt64.self).littleEndian
            let found = Self.zeros(in: word ^ Self.quotes) | Self.zeros(in: word ^ Self.backslashes)
            guard found == 0 else {
                next += found.trailingZeroBitCount / 8
                return
            }
            next += 8
        }
    }

    private static var quotes: UInt64 { 0x0101_0101_0101_0101 * UInt64(UInt8(ascii: "\"")) }
    private static var backslashes: UInt64 { 0x0101_0101_0101_0101 * UInt64(UInt8(ascii: "\\")) }

    /// The highest bit of each byte that is zero; the lowest one set is right, those above it may be too many.
    @inline(__always)
    private static func zeros(in word: UInt64) -> UInt64 {
        (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
    }

    @inline(__always)
    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { next += 1 }
    }

    @inline(__always)
    private var peek: UInt8? { next < bytes.count ? bytes[next] : nil }

    private static func isDelimiter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, 0x0A, 0x0D, 0x09, UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "}"), UInt8(ascii: "]"),
            UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\""):
            true
        default: false
        }
    }

    /// The text of a JSON string with its quotes; nil for anything else.
    static func unescaped(_ json: some Collection<UInt8>) -> String? {
        guard json.count >= 2, json.first == UInt8(ascii: "\"") else { return nil }
        var units: [UInt16] = []
        var scalars = String(decoding: json.dropFirst().dropLast(), as: UTF8.self).unicodeScalars.makeIterator()
        while let scalar = scalars.next() {
            guard scalar == "\\", let escape = scalars.next() else {
                units.append(contentsOf: UTF16.encode(scalar).map(Array.init) ?? [])
                continue
            }
            switch escape {
            case "b": units.append(0x08)
            case "f": units.append(0x0C)
            case "n": units.append(0x0A)
            case "r": units.append(0x0D)
            case "t": units.append(0x09)
            case "u":
                var digits = ""
                for _ in 0..<4 { digits.unicodeScalars.append(scalars.next() ?? "!") }
                units.append(UInt16(digits, radix: 16) ?? 0xFFFD)
            default: units.append(contentsOf: UTF16.encode(escape).map(Array.init) ?? [])
            }
        }
        return String(decoding: units, as: UTF16.self)
    }
}
