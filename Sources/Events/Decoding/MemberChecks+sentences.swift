internal import JSON
internal import Spelling

/// The error path: what was found, and what was expected, in one sentence.
extension MemberChecks {
    @inline(never)
    mutating func reportType(_ value: Int, _ expected: String, at place: Place) {
        guard isWorthWords() else { return }
        let sentence =
            switch tape.letter(value) {
            case Tape.Kind.object.rawValue, Tape.Kind.array.rawValue, Tape.Kind.null.rawValue:
                "\(kindName(value)) is given, not \(expected)"
            case Tape.Kind.double.rawValue where expected == "an integer": "\(show(value)) is not an integer"
            default: "\(show(value)) is \(kindName(value)), not \(expected)"
            }
        report(.wrongType, at: place, sentence)
    }

    @inline(never)
    mutating func reportLength(_ text: Text, _ length: ClosedRange<Int>, at place: Place) {
        guard isWorthWords() else { return }
        let limits = "\(length.lowerBound) to \(length.upperBound)"
        guard text.count >= length.lowerBound else {
            return report(.tooShort, at: place, "an empty string where \(limits) characters are expected")
        }
        let sentence = "\(Self.quote(text)) has \(text.scalarCount) characters, more than \(length.upperBound)"
        report(.tooLong, at: place, sentence)
    }

    @inline(never)
    mutating func reportRange(_ value: Int, _ range: ClosedRange<Double>, at place: Place) {
        guard isWorthWords() else { return }
        let found = show(value)
        guard range.upperBound < .greatestFiniteMagnitude else {
            let isLow = found.hasPrefix("-")
            return report(
                .outOfRange, at: place,
                isLow ? "\(found) is less than \(Self.plain(range.lowerBound))" : "\(found) is too large for a number")
        }
        let limits = "\(Self.plain(range.lowerBound)) and \(Self.plain(range.upperBound))"
        report(.outOfRange, at: place, "\(found) is not between \(limits)")
    }

    @inline(never)
    mutating func reportWord(_ value: Int, _ words: [String], at place: Place) {
        guard isWorthWords() else { return }
        let list = words.joined(separator: ", ")
        guard tape.isKind(value, .string) else { return reportType(value, "one of \(list)", at: place) }
        let text = tape.text(value)
        var sentence = "\(Self.quote(text)) is not one of \(list)"
        if let near = NearMiss.find(text.string, among: words) { sentence += "; did you mean \(near)?" }
        report(.unknownValue, at: place, sentence)
    }

    /// A required member is absent or null; an unknown member of the object at `object` that looks like it is named.
    @inline(never)
    mutating func reportMissing(_ place: Place, in object: Int, _ known: borrowing NameTable) {
        guard isWorthWords() else { return }
        report(.missingField, at: place, missing(place.name, in: object, known) ?? "\(place.name) is required")
    }

    /// `"usr_id" is present; did you mean user_id?`, where that is so.
    func missing(_ name: String, in object: Int, _ known: borrowing NameTable) -> String? {
        var best: String?
        forEachMember(of: object) { key, value in
            guard best == nil, known.position(of: key) < 0, !tape.isAbsent(value) else { return }
            if NearMiss.find(key.string, among: [name]) != nil { best = Self.quote(key) }
        }
        return best.map { "\($0) is present; did you mean \(name)?" }
    }

    /// All members of the object at `object`, in document order, repeated ones too.
    @inline(__always)
    func forEachMember(of object: Int, _ body: (Text, Int) -> Void) {
        let end = tape.closing(object)
        var key = object + 1
        while key < end {
            body(tape.text(key), key + 1)
            key = tape.after(key + 1)
        }
    }

    /// With its article, for a sentence.
    func kindName(_ value: Int) -> String {
        switch tape.letter(value) {
        case Tape.Kind.object.rawValue: "an object"
        case Tape.Kind.array.rawValue: "an array"
        case Tape.Kind.string.rawValue: "a string"
        case Tape.Kind.yes.rawValue, Tape.Kind.no.rawValue: "a boolean"
        case Tape.Kind.null.rawValue: "null"
        default: "a number"
        }
    }

    /// The value as JSON, a string cut to what a sentence bears.
    func show(_ value: Int) -> String {
        switch tape.letter(value) {
        case Tape.Kind.string.rawValue: Self.quote(tape.text(value))
        case Tape.Kind.signed.rawValue: String(tape.signed(value))
        case Tape.Kind.unsigned.rawValue: String(tape.unsigned(value))
        case Tape.Kind.double.rawValue: number(value)
        case Tape.Kind.yes.rawValue: "true"
        case Tape.Kind.no.rawValue: "false"
        default: kindName(value)
        }
    }

    private func number(_ value: Int) -> String {
        guard let token = substitutions.number(at: value) else { return Self.plain(tape.double(value)) }
        return token.utf8.count <= Self.shownScalars ? token : String(token.prefix(Self.shownScalars)) + "…"
    }

    private static let shownScalars = 64

    static func quote(_ text: Text) -> String { JSONText.quoted(text.start(shownScalars)) }

    /// 100 for 100.0.
    static func plain(_ number: Double) -> String {
        number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : "\(number)"
    }
}
