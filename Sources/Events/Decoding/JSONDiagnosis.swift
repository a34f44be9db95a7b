import Glibc

/// The slow look at a body that simdjson refused or whose strings it would spoil: says where it is no JSON, or makes a copy that simdjson
/// takes.
///
/// Two things are JSON by its grammar and still beyond the parser: numbers outside 64 bits or outside a double, and `\u` escapes of half
/// a surrogate pair. In the copy each such number is replaced by ``Substitutions/marker`` (with its sign), each such escape by `\ufffd`;
/// both fit into the bytes of what they replace, so that nothing moves.
struct JSONDiagnosis {
    struct Flaw: Error {
        var offset: Int
        var reason: String
    }

    let bytes: UnsafeRawBufferPointer
    private(set) var next = 0
    /// The open brackets.
    private var open: [UInt8] = []
    private(set) var depth = 0
    private(set) var substitutions = Substitutions()
    /// The body as it can be parsed.
    private(set) var readable: [UInt8]

    private enum Expectation {
        case value, valueOrEnd, key, keyOrEnd, commaOrEnd
    }

    init(_ body: UnsafeRawBufferPointer) throws(Flaw) {
        bytes = body
        readable = Array(body)
        try scan()
    }

    private mutating func scan() throws(Flaw) {
        var expectation = Expectation.value
        while true {
            skipSpace()
            if open.isEmpty, expectation == .commaOrEnd {
                guard next == bytes.count else {
                    throw flaw("there is something after the document (send a message for each)")
                }
                return
            }
            guard next < bytes.count else { throw flaw("the document ends too early") }
            switch expectation {
            case .value, .valueOrEnd:
                expectation = try value(orEnd: expectation == .valueOrEnd)
            case .key, .keyOrEnd:
                if expectation == .keyOrEnd, bytes[next] == UInt8(ascii: "}") {
                    expectation = close()
                } else {
                    try key()
                    expectation = .value
                }
            case .commaOrEnd:
                expectation = try commaOrEnd()
            }
        }
    }

    private mutating func value(orEnd: Bool) throws(Flaw) -> Expectation {
        switch bytes[next] {
        case UInt8(ascii: "]") where orEnd: return close()
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            let bracket = bytes[next]
            open.append(bracket)
            depth = max(depth, open.count)
            next += 1
            return bracket == UInt8(ascii: "{") ? .keyOrEnd : .valueOrEnd
        case UInt8(ascii: "\""): try string()
        case UInt8(ascii: "t"): try literal("true")
        case UInt8(ascii: "f"): try literal("false")
        case UInt8(ascii: "n"): try literal("null")
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
        default: throw noValue()
        }
        return .commaOrEnd
    }

    private mutating func key() throws(Flaw) {
        guard bytes[next] == UInt8(ascii: "\"") else {
            throw flaw(
                "a member name in double quotes is expected" + (bytes[next] == UInt8(ascii: "'") ? Self.printed : ""))
        }
        try string()
        skipSpace()
        guard next < bytes.count, bytes[next] == UInt8(ascii: ":") else { throw flaw("a colon is expected") }
        next += 1
    }

    private mutating func commaOrEnd() throws(Flaw) -> Expectation {
        let isObject = open.last == UInt8(ascii: "{")
        switch bytes[next] {
        case UInt8(ascii: ","):
            next += 1
            return isObject ? .key : .value
        case UInt8(ascii: "}") where isObject, UInt8(ascii: "]") where !isObject: return close()
        default: throw flaw(isObject ? "a comma or } is expected" : "a comma or ] is expected")
        }
    }

    private mutating func close() -> Expectation {
        open.removeLast()
        next += 1
        return .commaOrEnd
    }

    private mutating func skipSpace() {
        while next < bytes.count {
            switch bytes[next] {
            case 0x20, 0x0A, 0x0D, 0x09: next += 1
            default: return
            }
        }
    }

    private mutating func literal(_ word: StaticString) throws(Flaw) {
        let text = UnsafeRawBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        guard bytes[next...].starts(with: text) else { throw noValue() }
        next += text.count
    }

    func flaw(_ reason: String) -> Flaw { Flaw(offset: next, reason: reason) }
}

extension JSONDiagnosis {
    private mutating func string() throws(Flaw) {
        next += 1
        while next < bytes.count {
            switch bytes[next] {
            case UInt8(ascii: "\""):
                next += 1
                return
            case UInt8(ascii: "\\"): try escape()
            case 0..<0x20: throw flaw("a control character stands unescaped in a string")
            default: next += 1
            }
        }
        throw flaw("a string is not closed")
    }

    private mutating func escape() throws(Flaw) {
        guard next + 1 < bytes.count else { throw flaw("a string is not closed") }
        guard bytes[next + 1] == UInt8(ascii: "u") else {
            guard "\"\\/bfnrt".utf8.contains(bytes[next + 1]) else { throw flaw("an unknown escape") }
            next += 2
            return
        }
        guard let unit = codeUnit(at: next) else { throw flaw("\\u is not followed by four hex digits") }
        if UTF16.isLeadSurrogate(unit), let trail = codeUnit(at: next + 6), UTF16.isTrailSurrogate(trail) {
            next += 12
            return
        }
        if UTF16.isSurrogate(unit) {
            readable.replaceSubrange(next..<next + 6, with: "\\ufffd".utf8)
            substitutions.hasSurrogates = true
        }
        next += 6
    }

    /// The code unit of the `\uXXXX` at `place`.
    private func codeUnit(at place: Int) -> UInt16? {
        guard place + 6 <= bytes.count, bytes[place] == UInt8(ascii: "\\"), bytes[place + 1] == UInt8(ascii: "u") else {
            return nil
        }
        let digits = bytes[(place + 2)..<(place + 6)]
        guard digits.allSatisfy({ isxdigit(Int32($0)) != 0 }) else { return nil }
        return UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    }

    private mutating func number() throws(Flaw) {
        let start = next
        if let word = notANumber() { throw flaw(word) }
        if bytes[next] == UInt8(ascii: "-") { next += 1 }
        let first = next
        try digits()
        if bytes[first] == UInt8(ascii: "0"), next > first + 1 { throw flaw("a number starts with a zero") }
        var isInteger = true
        if next < bytes.count, bytes[next] == UInt8(ascii: ".") {
            isInteger = false
            next += 1
            try digits()
        }
        if next < bytes.count, bytes[next] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            next += 1
            if next < bytes.count, bytes[next] == UInt8(ascii: "+") || bytes[next] == UInt8(ascii: "-") { next += 1 }
            try digits()
        }
        noteIfOdd(String(decoding: bytes[start..<next], as: UTF8.self), at: start, isInteger: isInteger)
    }

    private mutating func digits() throws(Flaw) {
        let first = next
        while next < bytes.count, isdigit(Int32(bytes[next])) != 0 { next += 1 }
        guard next > first else { throw flaw("a digit is expected") }
    }

    private mutating func noteIfOdd(_ token: String, at start: Int, isInteger: Bool) {
        if isInteger {
            guard Int64(token) == nil, UInt64(token) == nil else { return }
        } else {
            let magnitude = strtod(token, nil).magnitude
            guard magnitude.isInfinite || magnitude == Substitutions.marker else { return }
        }
        substitutions.add(token)
        let marker = token.hasPrefix("-") ? "-9e307" : "9e307"
        let padding = repeatElement(UInt8(ascii: " "), count: token.utf8.count - marker.utf8.count)
        readable.replaceSubrange(start..<start + token.utf8.count, with: Array(marker.utf8) + padding)
    }
}
