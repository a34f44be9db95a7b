internal import JSON
internal import Spelling

/// The error path: what was found, and what was expected, in one sentence.
extension MemberChecks {
    @inline(never)
    mutating func refuseType(_ value: Int, _ expected: String, at place: Place, _ need: Need) {
        refuse(.wrongType, at: place, need) { $0.wrongType(value, expected) }
    }

    private func wrongType(_ value: Int, _ expected: String) -> String {
        switch tape.letter(value) {
        case Tape.Kind.object.rawValue where tape.member("__type__", of: value) != 0:
            return
                "an object with __type__ is given, not \(expected): kombu and Celery write datetimes, decimals and UUIDs so; send a text or a number"
        case Tape.Kind.object.rawValue, Tape.Kind.array.rawValue, Tape.Kind.null.rawValue:
            return "\(kindName(value)) is given, not \(expected)"
        case Tape.Kind.double.rawValue where expected == "an integer": return "\(show(value)) is not an integer"
        case Tape.Kind.string.rawValue where expected == "a number":
            let sentence = "\(show(value)) is a string, not a number"
            guard limits.isStrict, let numeral = Numeral(tape.text(value)) else { return sentence }
            if case .double = numeral { return sentence + Self.decimalHint }
            return sentence
        default: return "\(show(value)) is \(kindName(value)), not \(expected)"
        }
    }

    @inline(never)
    mutating func refuseLength(_ text: Text, _ length: ClosedRange<Int>, at place: Place, _ need: Need) {
        guard text.count < length.lowerBound else {
            return refuse(.tooLong, at: place, need) { $0.tooLong(text, length) }
        }
        let limits = "\(length.lowerBound) to \(length.upperBound)"
        refuse(.tooShort, at: place, need, "an empty string where \(limits) characters are expected")
    }

    func tooLong(_ text: Text, _ length: ClosedRange<Int>) -> String {
        "\(Self.quote(text)) has \(text.scalarCount) characters, more than \(length.upperBound)"
    }

    @inline(never)
    mutating func refuseRange(_ value: Int, _ range: ClosedRange<Double>, at place: Place, _ need: Need) {
        refuse(.outOfRange, at: place, need) { $0.outOfRange(value, range) }
    }

    private func outOfRange(_ value: Int, _ range: ClosedRange<Double>) -> String {
        let found = show(value)
        guard range.upperBound < .greatestFiniteMagnitude else {
            let isLow = found.hasPrefix("-") || found.hasPrefix("\"-")
            return isLow
                ? "\(found) is less than \(Self.plain(range.lowerBound))" : "\(found) is too large for a number"
        }
        return "\(found) is not between \(Self.plain(range.lowerBound)) and \(Self.plain(range.upperBound))"
    }

    @inline(never)
    mutating func refuseWord(_ value: Int, _ words: [String], at place: Place, _ need: Need) {
        let list = words.joined(separator: ", ")
        guard tape.isKind(value, .string) else { return refuseType(value, "one of \(list)", at: place, need) }
        let text = tape.text(value)
        refuse(.unknownValue, at: place, need) { $0.unknownWord(text, words, list) }
    }

    private func unknownWord(_ text: Text, _ words: [String], _ list: String) -> String {
        let sentence = "\(Self.quote(text)) is not one of \(list)"
        guard let near = NearMiss.find(text.string, among: words) else { return sentence }
        return sentence + "; did you mean \(near)?"
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

    func kindName(_ value: Int) -> String { tape.kindName(value) }

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
