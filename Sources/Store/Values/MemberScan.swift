/// The members of the object that a text begins with, in one pass that keeps nothing.
struct MemberScan {
    struct Value {
        /// Of a text without its quotation marks, with its escapes; of an object or array nothing.
        var bytes: UnsafeRawBufferPointer
        var kind: BodyMember.Kind

        var isScalar: Bool { kind != .object && kind != .list }
        var isText: Bool { kind == .text }
    }

    private let bytes: UnsafeRawBufferPointer
    private var place = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        // A byte order mark.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
        skip()
        // Nothing is a member of what is no object.
        place = take(UInt8(ascii: "{")) ? place : bytes.count
    }

    mutating func next() -> (name: UnsafeRawBufferPointer, value: Value)? {
        skip()
        if take(UInt8(ascii: ",")) { skip() }
        guard let name = text() else { return nil }
        skip()
        guard take(UInt8(ascii: ":")) else { return nil }
        skip()
        guard place < bytes.count else { return nil }
        switch bytes[place] {
        case UInt8(ascii: "\""): return text().map { (name, Value(bytes: $0, kind: .text)) }
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            let kind = bytes[place] == UInt8(ascii: "{") ? BodyMember.Kind.object : .list
            guard skipNested() else { return nil }
            return (name, Value(bytes: UnsafeRawBufferPointer(rebasing: bytes[place..<place]), kind: kind))
        default:
            let start = place
            while place < bytes.count, !Self.ends(bytes[place]) { place += 1 }
            guard place > start else { return nil }
            let word = UnsafeRawBufferPointer(rebasing: bytes[start..<place])
            return (name, Value(bytes: word, kind: Self.kind(word)))
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard place < bytes.count, bytes[place] == byte else { return false }
        place += 1
        return true
    }

    private mutating func skip() {
        while place < bytes.count, Self.isSpace(bytes[place]) { place += 1 }
    }

    /// Nil where there is none, or it does not end.
    private mutating func text() -> UnsafeRawBufferPointer? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        let start = place
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "\\"): place += 2
            case UInt8(ascii: "\""):
                place += 1
                return UnsafeRawBufferPointer(rebasing: bytes[start..<place - 1])
            default: place += 1
            }
        }
        return nil
    }

    /// Over an object or array with all that is in it.
    private mutating func skipNested() -> Bool {
        var depth = 0
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "\""):
                guard text() != nil else { return false }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
            place += 1
            if depth == 0 { return true }
        }
        return false
    }

    private static func kind(_ word: UnsafeRawBufferPointer) -> BodyMember.Kind {
        if word.isEqual(to: "null") { return .null }
        return word.isEqual(to: "true") || word.isEqual(to: "false") ? .boolean : .number
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

    private static func ends(_ byte: UInt8) -> Bool {
        isSpace(byte) || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]")
    }
}

extension UnsafeRawBufferPointer {
    /// - Parameter ignoringCase: Of ASCII letters.
    func isEqual(to word: StaticString, ignoringCase: Bool = false) -> Bool {
        guard count == word.utf8CodeUnitCount else { return false }
        let other = UnsafeBufferPointer(start: word.utf8Start, count: count)
        return zip(self, other).allSatisfy { mine, its in
            mine == its || ignoringCase && mine | 0x20 == its | 0x20 && (0x61...0x7A).contains(mine | 0x20)
        }
    }
}
