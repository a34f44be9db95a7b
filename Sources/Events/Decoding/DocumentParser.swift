import CSimdJSON
import Glibc

/// Turns a body into a ``Tape``, or says why it is no document. Owns simdjson's memory: up to 14 bytes for each of the largest body seen, but
/// not more than for ``keptCapacity``. One thread.
struct DocumentParser: ~Copyable {
    struct Document {
        /// Valid until the next parse. Its root is any value. Present with the flaw `too_deep` as well: the identity can still be read.
        var tape: Tape?
        /// Levels of objects and arrays, where they were counted; else 0 for a few.
        var depth = 0
        var flaw: Rejection?
        var substitutions = Substitutions()
        /// Some letter is spelled as an escape (`\u0041` to `\u007f`), as nobody does who means well; it may be one of a name.
        var hasEscapedLetter = false
        /// Some text has the character U+0000, which JSON can only spell as an escape.
        var hasNull = false
    }

    private var parser: OpaquePointer
    /// What a larger body needed is given back as soon as that is decided.
    private static let keptCapacity = 1 << 20
    /// Real messages are flatter than this. A deeper one takes the slow path, which counts its levels exactly, so that nobody else pays
    /// for the counting.
    private static let fastDepth = 16

    init() { parser = Self.newParser() }

    deinit { csimdjson_free(parser) }

    private static func newParser() -> OpaquePointer {
        guard let parser = csimdjson_new() else { preconditionFailure("out of memory") }
        return parser
    }

    /// Ends the life of the tape that was made of a body of `size` bytes, where that was large.
    mutating func giveBack(after size: Int) {
        guard size > Self.keptCapacity else { return }
        csimdjson_free(parser)
        parser = Self.newParser()
    }

    /// `body` is followed by ``ByteArena/padding`` readable bytes.
    mutating func parse(_ body: UnsafeRawBufferPointer) -> Document {
        if let tape = parse(body, depth: Self.fastDepth) {
            let oddities = oddities(of: body)
            if !oddities.contains(.unpairedSurrogate) {
                return Document(
                    tape: tape, hasEscapedLetter: oddities.contains(.escapedLetter), hasNull: oddities.contains(.null))
            }
        }
        return parseSlowly(body)
    }

    private mutating func parse(_ body: UnsafeRawBufferPointer, depth: Int) -> Tape? {
        var words: UnsafePointer<UInt64>?
        var strings: UnsafePointer<UInt8>?
        guard let start = body.baseAddress else { return nil }
        let code = csimdjson_parse(
            parser, start.assumingMemoryBound(to: UInt8.self), body.count, depth, &words, &strings)
        // Not the message's fault: it goes back to the broker when the process ends.
        precondition(csimdjson_is_memory_error(code) == 0, "out of memory")
        guard code == 0, let words, let strings else { return nil }
        return Tape(words: words, strings: strings)
    }

    private mutating func parseSlowly(_ body: UnsafeRawBufferPointer) -> Document {
        if let sentence = ForeignText.name(of: body) { return Document(flaw: Rejection(.notUTF8, at: "", sentence)) }
        if let offset = Self.firstIllFormedByte(body) {
            return Document(flaw: Rejection(.notUTF8, at: "", "the body is not UTF-8 from byte \(offset) on"))
        }
        guard !body.isEmpty else { return Document(flaw: Rejection(.notJSON, at: "", "the body is empty")) }
        var diagnosis: JSONDiagnosis
        do {
            diagnosis = try JSONDiagnosis(body)
        } catch {
            return Document(flaw: Rejection(.notJSON, at: "", "\(error.reason) at byte \(error.offset)"))
        }
        let copy = diagnosis.readable + [UInt8](repeating: 0, count: ByteArena.padding)
        let tape = copy.withUnsafeBytes {
            parse(UnsafeRawBufferPointer(rebasing: $0[..<body.count]), depth: diagnosis.depth + 2)
        }
        guard let tape else { return Document(flaw: Rejection(.notJSON, at: "", "the body is not JSON")) }
        var document = Document(tape: tape, depth: diagnosis.depth, substitutions: diagnosis.substitutions)
        document.substitutions.locate(on: tape)
        let oddities = oddities(of: body)
        document.hasEscapedLetter = oddities.contains(.escapedLetter)
        document.hasNull = oddities.contains(.null)
        if diagnosis.depth > DecodingLimits.maximumDepth {
            let sentence = "the body is nested \(diagnosis.depth) levels deep, more than \(DecodingLimits.maximumDepth)"
            document.flaw = Rejection(.tooDeep, at: "", sentence)
        }
        return document
    }

    private struct Oddities: OptionSet {
        let rawValue: UInt8
        /// simdjson turns half a surrogate pair into bytes that are no UTF-8, or refuses it, depending on the half.
        static let unpairedSurrogate = Oddities(rawValue: 1)
        static let escapedLetter = Oddities(rawValue: 2)
        static let null = Oddities(rawValue: 4)
    }

    /// Looks through the escapes of `body`, which is valid JSON.
    private func oddities(of body: UnsafeRawBufferPointer) -> Oddities {
        var found: Oddities = []
        guard let start = body.baseAddress else { return found }
        let end = start + body.count
        var next = start
        while let escape = memchr(next, 0x5C, end - next) {
            let place = UnsafeRawPointer(escape)
            guard Self.isSurrogateEscape(place, before: end) else {
                if Self.isLetterEscape(place, before: end) { found.insert(.escapedLetter) }
                if Self.isNullEscape(place, before: end) { found.insert(.null) }
                next = place + 2
                continue
            }
            let isLead = place.load(fromByteOffset: 3, as: UInt8.self) | 0x20 < UInt8(ascii: "c")
            guard isLead, Self.isSurrogateEscape(place + 6, before: end),
                place.load(fromByteOffset: 9, as: UInt8.self) | 0x20 >= UInt8(ascii: "c")
            else {
                found.insert(.unpairedSurrogate)
                next = place + 6
                continue
            }
            next = place + 12
        }
        return found
    }

    /// Whether `\u004.` to `\u007.` stands at `place`.
    private static func isLetterEscape(_ place: UnsafeRawPointer, before end: UnsafeRawPointer) -> Bool {
        guard end - place >= 6, place.load(fromByteOffset: 1, as: UInt8.self) == UInt8(ascii: "u") else { return false }
        let row = place.load(fromByteOffset: 4, as: UInt8.self)
        return place.load(fromByteOffset: 2, as: UInt8.self) == UInt8(ascii: "0")
            && place.load(fromByteOffset: 3, as: UInt8.self) == UInt8(ascii: "0")
            && row >= UInt8(ascii: "4") && row <= UInt8(ascii: "7")
    }

    /// Whether `\u0000` stands at `place`.
    private static func isNullEscape(_ place: UnsafeRawPointer, before end: UnsafeRawPointer) -> Bool {
        guard end - place >= 6, place.load(fromByteOffset: 1, as: UInt8.self) == UInt8(ascii: "u") else { return false }
        return place.loadUnaligned(fromByteOffset: 2, as: UInt32.self) == 0x3030_3030
    }

    /// Whether `\ud8..` to `\udf..` stands at `place`.
    private static func isSurrogateEscape(_ place: UnsafeRawPointer, before end: UnsafeRawPointer) -> Bool {
        guard end - place >= 6 else { return false }
        let third = place.load(fromByteOffset: 3, as: UInt8.self) | 0x20
        return place.load(as: UInt8.self) == 0x5C && place.load(fromByteOffset: 1, as: UInt8.self) == UInt8(ascii: "u")
            && place.load(fromByteOffset: 2, as: UInt8.self) | 0x20 == UInt8(ascii: "d")
            && third >= UInt8(ascii: "8") && third <= UInt8(ascii: "f")
    }

    private static func firstIllFormedByte(_ body: UnsafeRawBufferPointer) -> Int? {
        if String(validating: body, as: UTF8.self) != nil { return nil }
        var parser = Unicode.UTF8.ForwardParser()
        var bytes = body.makeIterator()
        var offset = 0
        while case .valid(let scalar) = parser.parseScalar(from: &bytes) { offset += scalar.count }
        return offset
    }
}
