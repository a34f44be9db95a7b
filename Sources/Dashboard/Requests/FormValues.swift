/// The names and values of a query or of a form, in their order, decoded.
package struct FormValues: Sendable, Equatable {
    package struct Pair: Sendable, Equatable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// More than any page has; what is beyond is refused.
    package static let most = 200

    package var pairs: [Pair]

    package init(_ pairs: [Pair] = []) { self.pairs = pairs }

    /// Reads `application/x-www-form-urlencoded` (WHATWG URL). Nil where it is no UTF-8, an escape is broken, or there are too many.
    package init?(encoded text: some StringProtocol) {
        pairs = []
        for part in text.utf8.split(separator: UInt8(ascii: "&")) {
            guard pairs.count < Self.most else { return nil }
            let sides = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(sides[0]),
                let value = Self.decoded(sides.count > 1 ? sides[1] : sides[0][..<sides[0].startIndex])
            else { return nil }
            pairs.append(Pair(name, value))
        }
    }

    package subscript(name: String) -> String? { pairs.first { $0.name == name }?.value }

    package func all(_ name: String) -> [String] { pairs.filter { $0.name == name }.map(\.value) }

    /// As it stands in a URL; without the question mark.
    package var encoded: String {
        pairs.map { "\(URLText.encoded($0.name))=\(URLText.encoded($0.value))" }.joined(separator: "&")
    }

    static func decoded(_ bytes: some Sequence<UInt8>) -> String? {
        var result: [UInt8] = []
        var bytes = bytes.makeIterator()
        while let byte = bytes.next() {
            switch byte {
            case UInt8(ascii: "+"): result.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = bytes.next().flatMap(URLText.digit), let low = bytes.next().flatMap(URLText.digit)
                else { return nil }
                result.append(high << 4 | low)
            default: result.append(byte)
            }
        }
        return String(validating: result, as: UTF8.self)
    }
}

/// Percent-encoding (RFC 3986, section 2).
package enum URLText {
    private static let hex = Array("0123456789ABCDEF".utf8)

    /// Everything but the unreserved characters is escaped: the result may stand in any part of a URL.
    package static func encoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "~"):
                bytes.append(byte)
            // A dot alone, or two, would be a step in a path.
            case UInt8(ascii: ".") where !text.utf8.allSatisfy({ $0 == UInt8(ascii: ".") }): bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A part of a path; nil where an escape is broken or it is no UTF-8.
    package static func decoded(_ part: some StringProtocol) -> String? {
        FormValues.decoded(part.utf8.flatMap { $0 == UInt8(ascii: "+") ? Array("%2B".utf8) : [$0] })
    }

    static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
