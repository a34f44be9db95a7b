/// Looks for an event's id inside bodies that could not be read: as text that stands by itself, whatever is around it.
///
/// A body in UTF-16 is searched too. What is compressed or base64 is not looked into.
package struct BodySearch: Sendable {
    /// Shorter ones, and numbers, stand in a body for many things: they count only as a JSON string, or as the member `event_id` or `id`.
    private static let shortest = 6
    private static let longestName = 64

    private let needles: [Needle]
    private let wideNeedles: [Needle]
    private let isVague: Bool

    package init(eventID: String) {
        // As JSON spells it, with and without letters beyond ASCII.
        let quoted = Self.escaped(eventID, isASCII: false)
        let ascii = Self.escaped(eventID, isASCII: true)
        needles = eventID.isEmpty ? [] : (quoted == ascii ? [quoted] : [quoted, ascii]).map { Needle($0) }
        let units = Array(eventID.utf16)
        wideNeedles =
            eventID.isEmpty
            ? []
            : [
                Needle(units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }),
                Needle(units.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }),
            ]
        isVague = eventID.utf8.count < Self.shortest || eventID.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    }

    package struct Match: Equatable, Sendable {
        /// The name of the member whose value the id is, where it is one's.
        package var member: String?
    }

    /// Where the id is the value of `event_id` that is told; else where it comes first.
    package func find(in body: UnsafeRawBufferPointer) -> Match? {
        var first: Match?
        for needle in needles {
            var place = 0
            while let found = needle.first(in: body, from: place) {
                place = found + 1
                guard let match = match(found..<found + needle.bytes.count, in: body) else { continue }
                if match.member == "event_id" { return match }
                first = first ?? match
            }
        }
        if first == nil, Self.isWide(body) {
            for needle in wideNeedles where needle.first(in: body, from: 0) != nil { return Match(member: nil) }
        }
        return first
    }

    private func match(_ place: Range<Int>, in body: UnsafeRawBufferPointer) -> Match? {
        let before = place.lowerBound > 0 ? body[place.lowerBound - 1] : 0
        let after = place.upperBound < body.count ? body[place.upperBound] : 0
        guard !Self.isOfID(before), !Self.isOfID(after) else { return nil }
        let member = Self.member(before: place.lowerBound, in: body)
        let isText = before == UInt8(ascii: "\"") && (after == before || after == UInt8(ascii: "\\") || after == 0)
        if isVague, !isText, member != "event_id", member != "id" { return nil }
        return Match(member: member)
    }

    /// Letters that would make it a part of a longer id.
    private static func isOfID(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), 0x80...:
            true
        default: false
        }
    }

    /// UTF-16, by its mark or because its first letters have a zero beside them.
    private static func isWide(_ body: UnsafeRawBufferPointer) -> Bool {
        body.starts(with: [0xFF, 0xFE]) || body.starts(with: [0xFE, 0xFF]) || body.prefix(4).contains(0)
    }

    /// The name in `"NAME": "` before a value; also inside a text, where quotes have backslashes.
    private static func member(before place: Int, in body: UnsafeRawBufferPointer) -> String? {
        var rest = body[..<place]
        func drop(_ isDropped: (UInt8) -> Bool) { while let last = rest.last, isDropped(last) { rest.removeLast() } }
        let isQuote = { (byte: UInt8) in byte == 0x22 || byte == 0x27 || byte == 0x5C }
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
        drop(isQuote)
        drop(isSpace)
        guard rest.last == UInt8(ascii: ":") else { return nil }
        rest.removeLast()
        drop(isSpace)
        guard let quote = rest.last, isQuote(quote) else { return nil }
        drop(isQuote)
        let name = rest.suffix(longestName).reversed().prefix { !isQuote($0) }.reversed()
        guard !name.isEmpty, name.count < longestName else { return nil }
        return String(validating: name, as: UTF8.self)
    }

    private static func escaped(_ text: String, isASCII: Bool) -> [UInt8] {
        var result: [UInt8] = []
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += [0x5C, UInt8(scalar.value)]
            case _ where scalar.value < 0x20 || isASCII && scalar.value > 0x7E:
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    result += Array(#"\u"#.utf8) + Array(String(repeating: "0", count: 4 - digits.count).utf8)
                    result += Array(digits.utf8)
                }
            default: result += Array(String(scalar).utf8)
            }
        }
        return result
    }
}

/// Bytes that are looked for, by Horspool's algorithm: of the bodies only every so many bytes are looked at.
private struct Needle {
    let bytes: [UInt8]
    /// How far the needle may move on, by the byte under its last one.
    private let steps: [Int]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var steps = [Int](repeating: bytes.count, count: 256)
        for (place, byte) in bytes.dropLast().enumerated() { steps[Int(byte)] = bytes.count - 1 - place }
        self.steps = steps
    }

    func first(in text: UnsafeRawBufferPointer, from start: Int) -> Int? {
        let end = bytes.count - 1
        guard end >= 0 else { return nil }
        var place = start
        return bytes.withUnsafeBufferPointer { bytes in
            steps.withUnsafeBufferPointer { steps in
                while place + end < text.count {
                    let last = text[place + end]
                    if last == bytes[end] {
                        var matched = 0
                        while matched < end, text[place + matched] == bytes[matched] { matched += 1 }
                        if matched == end { return place }
                    }
                    place += steps[Int(last)]
                }
                return nil
            }
        }
    }
}
