internal import JSON

/// What is read with good will, and what is of no use.
extension MemberChecks {
    // MARK: Texts

    @inline(never)
    mutating func unusualText(_ value: Int, _ length: ClosedRange<Int>, at place: Place, _ need: Need) -> Text? {
        if isBlank(value, need) { return nil }
        guard tape.isKind(value, .string) else { return integerAsText(value, at: place, need) }
        let text = tape.text(value)
        guard !hasNull(text) else {
            refuseNull(at: place, need)
            return nil
        }
        guard text.count >= length.lowerBound, text.isAtMost(length.upperBound) else {
            guard need == .optional, !limits.isStrict, text.count >= length.lowerBound else {
                refuseLength(text, length, at: place, need)
                return nil
            }
            ignore(place) { "\($0.tooLong(text, length)); the columns have its first \(length.upperBound)" }
            return text.prefix(length.upperBound)
        }
        return text
    }

    func hasNull(_ text: Text) -> Bool { hasNulls && text.bytes.contains(0) }

    /// A member that is required, or an id, is no use with a part that a store cannot hold; and the message is none without it.
    @inline(never)
    mutating func refuseNull(at place: Place, _ need: Need) {
        let sentence = "the text has the character U+0000, which a database cannot hold"
        if need == .required || need == .whole { return report(.invalidCharacter, at: place, sentence) }
        refuse(.invalidCharacter, at: place, need, sentence)
    }

    private mutating func integerAsText(_ value: Int, at place: Place, _ need: Need) -> Text? {
        guard !limits.isStrict, let text = exactInteger(value).flatMap({ scratch.keep($0) }) else {
            refuseType(value, "a string", at: place, need)
            return nil
        }
        coerce(value, to: ContentHash.hash(text), at: place) { _ in "the number \(text.string) is read as text" }
        return text
    }

    /// The decimal digits of an integer that is certain: below 2^53 where it is written with a fraction or an exponent.
    ///
    /// Shown in the scratch memory, as the other texts of numbers are.
    func exactInteger(_ value: Int) -> Text? {
        switch tape.letter(value) {
        case Tape.Kind.signed.rawValue: digits(of: tape.signed(value))
        case Tape.Kind.unsigned.rawValue: scratch.show(tape.unsigned(value), isNegative: false)
        case Tape.Kind.double.rawValue: exactDouble(value).map { digits(of: $0) }
        default: nil
        }
    }

    private func digits(of integer: Int64) -> Text { scratch.show(integer.magnitude, isNegative: integer < 0) }

    /// A number with a fraction of zero or an exponent (`12.0`, `1e3`) is an integer too, as JSON Schema has it, as far as it is exact.
    func exactDouble(_ value: Int) -> Int64? {
        let number = tape.double(value)
        guard !isOdd(value), number.magnitude <= 0x1p53 else { return nil }
        return Int64(exactly: number)
    }

    /// For an id that may be a string or an integer, and is no string.
    @inline(never)
    mutating func numberAsID(_ value: Int, at place: Place, _ need: Need) -> Text? {
        if let digits = exactInteger(value) {
            scratch.note(value, means: ContentHash.hash(digits))
            return digits
        }
        guard tape.letter(value) == Tape.Kind.double.rawValue, isOdd(value) || isIntegral(value) else {
            refuseType(value, "a string or an integer", at: place, need)
            return nil
        }
        refuse(.outOfRange, at: place, need) { $0.notCertain(value) }
        return nil
    }

    private func isIntegral(_ value: Int) -> Bool { tape.double(value) == tape.double(value).rounded() }

    func notCertain(_ value: Int) -> String {
        isOdd(value)
            ? "\(show(value)) is an integer of more than 64 bits"
            : "\(show(value)) is written with a fraction or an exponent and is beyond 2^53, where such numbers are not exact"
    }

    /// A number in its shortest spelling, or a boolean; nil for anything else.
    @inline(never)
    func scalarAsText(_ value: Int) -> Text? {
        switch tape.letter(value) {
        case Tape.Kind.yes.rawValue: return scratch.show("true")
        case Tape.Kind.no.rawValue: return scratch.show("false")
        case Tape.Kind.double.rawValue where isOdd(value):
            // Of a number that nothing holds the text is all that there is.
            return substitutions.number(at: value).flatMap { scratch.show($0) }
        case Tape.Kind.double.rawValue:
            let number = tape.double(value)
            return exactInteger(value) ?? (number.isFinite ? scratch.show("\(number)") : nil)
        default: return exactInteger(value)
        }
    }

    /// A version that is written as a number.
    @inline(never)
    mutating func numberAsVersion(_ value: Int, at place: Place) -> Text? {
        guard !limits.isStrict, !tape.isKind(value, .yes), !tape.isKind(value, .no),
            let text = scalarAsText(value).flatMap({ scratch.keep($0) })
        else {
            refuseType(value, "a string", at: place, .optional)
            return nil
        }
        coerce(value, to: ContentHash.hash(text), at: place) {
            "the number \($0.show(value)) is read as the text \(text.string)"
        }
        return text
    }

    // MARK: Words

    @inline(never)
    mutating func unusualWord<Value>(
        _ value: Int, of words: borrowing WordTable<Value>, at place: Place, _ need: Need
    ) -> Value? {
        if isBlank(value, need) { return nil }
        if tape.isKind(value, .string), hasNull(tape.text(value)) {
            refuseNull(at: place, need)
            return nil
        }
        if !limits.isStrict, tape.isKind(value, .string), let word = words.value(inAnotherCase: tape.text(value)) {
            coerce(value, to: ContentHash.hash(word.rawValue), at: place) {
                "\($0.show(value)) is read as \(word.rawValue)"
            }
            return word
        }
        refuseWord(value, words.table.names, at: place, need)
        return nil
    }

    @inline(never)
    mutating func unusualBoolean(_ value: Int, at place: Place, _ need: Need) -> Bool? {
        if isBlank(value, need) { return nil }
        guard !limits.isStrict, let truth = truth(value) else {
            refuseType(value, "true or false", at: place, need)
            return nil
        }
        coerce(value, to: ContentHash.hash(truth), at: place) { "\($0.show(value)) is read as \(truth)" }
        return truth
    }

    private func truth(_ value: Int) -> Bool? {
        switch tape.letter(value) {
        case Tape.Kind.string.rawValue:
            let text = tape.text(value)
            guard text.count <= 5 else { return nil }
            switch text.string.lowercased() {
            case "true": return true
            case "false": return false
            default: return nil
            }
        case Tape.Kind.signed.rawValue:
            let number = tape.signed(value)
            return number == 0 || number == 1 ? number == 1 : nil
        case Tape.Kind.double.rawValue:
            guard let number = exactDouble(value) else { return nil }
            return number == 0 || number == 1 ? number == 1 : nil
        default: return nil
        }
    }

    // MARK: Containers

    /// For a list, of which only so many entries count.
    @inline(never)
    mutating func refuseSurplus(_ count: Int, _ what: StaticString, _ maximum: Int, at place: Place) {
        let sentence = "\(count) \(what), more than \(maximum)"
        if limits.isStrict { return report(.tooLong, at: place, sentence) }
        ignore(place) { _ in "\(sentence); the first \(maximum) count" }
    }

    @inline(never)
    mutating func isUnusualContainer(_ value: Int, _ kind: Tape.Kind, at place: Place) -> Bool {
        if isBlank(value, .optional) { return false }
        if kind == .object, tape.isKind(value, .array), tape.closing(value) == value + 1 {
            scratch.note(value, means: ContentHash.emptyObject)
            return false
        }
        refuseType(value, kind == .object ? "an object" : "an array", at: place, .optional)
        return false
    }
}
