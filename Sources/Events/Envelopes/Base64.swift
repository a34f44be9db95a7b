/// RFC 4648, section 4; the alphabet of URLs is read too.
enum Base64 {
    /// Appended to `arena`; nil where the text is none.
    static func decode(_ text: UnsafeBufferPointer<UInt8>, into arena: inout ByteArena) -> ByteRange? {
        var count = text.count
        while count > 0, text.count - count < 2, text[count - 1] == UInt8(ascii: "=") { count -= 1 }
        guard count > 0, count % 4 != 1, count == text.count || text.count % 4 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count / 4 * 3 + 3)
        var (bits, pending) = (UInt32(0), 0)
        for character in text[..<count] {
            guard let value = value(of: character) else { return nil }
            bits = bits << 6 | value
            pending += 6
            guard pending >= 8 else { continue }
            pending -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(pending)))
        }
        return bytes.withUnsafeBytes { arena.append($0) }
    }

    private static func value(of character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a") + 26)
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0") + 52)
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }
}

extension Collection<UInt8> {
    /// RFC 4648, section 4, with padding.
    package var base64Text: String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        text.reserveCapacity((count + 2) / 3 * 4)
        var bytes = makeIterator()
        while let first = bytes.next() {
            let (second, third) = (bytes.next(), bytes.next())
            let bits = UInt32(first) << 16 | UInt32(second ?? 0) << 8 | UInt32(third ?? 0)
            text.append(digits[Int(bits >> 18)])
            text.append(digits[Int(bits >> 12 & 63)])
            text.append(second == nil ? UInt8(ascii: "=") : digits[Int(bits >> 6 & 63)])
            text.append(third == nil ? UInt8(ascii: "=") : digits[Int(bits & 63)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
