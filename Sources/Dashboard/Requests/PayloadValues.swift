internal import JSON

/// The values of a JSON document where they stand, each with its bytes as they came: numbers are not read, and doubled members stay.
struct PayloadValues {
    struct Value {
        /// Names of members and numbers of elements, from the outside in.
        var path: [String]
        var range: Range<Int>
    }

    /// Deeper than any message that is taken in.
    private static let deepest = 200

    let bytes: [UInt8]
    /// In their order. What is inside objects and arrays, which themselves are only there where they were to be taken as a whole.
    private(set) var values: [Value] = []
    private let isWhole: (String) -> Bool
    private var place = 0
    private var path: [String] = []

    /// Nil for what is no JSON. `isWhole` says by its name which member is one value, whatever it is.
    init?(_ text: String, isWhole: @escaping (String) -> Bool = { _ in false }) {
        bytes = Array(text.utf8)
        self.isWhole = isWhole
        skipSpace()
        guard readValue(), place == bytes.count else { return nil }
    }

    func text(_ value: Value) -> String { String(decoding: bytes[value.range], as: UTF8.self) }

    /// The text that a value is, without its escapes; nil for what is no text.
    func string(_ value: Value) -> String? { Self.string(bytes[value.range]) }

    private static func string(_ literal: ArraySlice<UInt8>) -> String? {
        guard case .string(let text)? = try? JSONReader.read(literal).content else { return nil }
        return text
    }

    // MARK: Reading

    /// One value and the white space behind it.
    private mutating func readValue() -> Bool {
        guard place < bytes.count, path.count < Self.deepest else { return false }
        let start = place
        let isWhole = path.last.map(self.isWhole) ?? false
        let known = values.count
        switch bytes[place] {
        case UInt8(ascii: "{"): guard readParts(until: UInt8(ascii: "}"), { $0.readMember() }) else { return false }
        case UInt8(ascii: "["):
            var number = 0
            let isRead = readParts(until: UInt8(ascii: "]")) { values in
                defer { number += 1 }
                return values.readInside("\(number)")
            }
            guard isRead else { return false }
        case UInt8(ascii: "\""):
            guard readString() else { return false }
            values.append(Value(path: path, range: start..<place))
        default:
            while place < bytes.count, !Self.ends(bytes[place]) { place += 1 }
            guard place > start else { return false }
            values.append(Value(path: path, range: start..<place))
        }
        if isWhole {
            values.removeSubrange(known...)
            values.append(Value(path: path, range: start..<place))
        }
        skipSpace()
        return true
    }

    private mutating func readParts(until end: UInt8, _ read: (inout PayloadValues) -> Bool) -> Bool {
        place += 1
        skipSpace()
        if place < bytes.count, bytes[place] == end {
            place += 1
            return true
        }
        while read(&self), place < bytes.count {
            let byte = bytes[place]
            place += 1
            if byte == end { return true }
            guard byte == UInt8(ascii: ",") else { return false }
            skipSpace()
        }
        return false
    }

    private mutating func readMember() -> Bool {
        let start = place
        guard place < bytes.count, bytes[place] == UInt8(ascii: "\""), readString(),
            let name = Self.string(bytes[start..<place])
        else { return false }
        skipSpace()
        guard place < bytes.count, bytes[place] == UInt8(ascii: ":") else { return false }
        place += 1
        skipSpace()
        return readInside(name)
    }

    private mutating func readInside(_ name: String) -> Bool {
        path.append(name)
        defer { path.removeLast() }
        return readValue()
    }

    private mutating func readString() -> Bool {
        place += 1
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "\\"): place += 2
            case UInt8(ascii: "\""):
                place += 1
                return true
            default: place += 1
            }
        }
        return false
    }

    private mutating func skipSpace() {
        while place < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[place]) { place += 1 }
    }

    private static func ends(_ byte: UInt8) -> Bool {
        byte <= 0x20
            || [UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ":"), UInt8(ascii: "\"")]
                .contains(byte)
    }
}
