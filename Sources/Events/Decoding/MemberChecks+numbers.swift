/// Numbers that are no plain numbers of their range.
extension MemberChecks {
    @inline(never)
    mutating func unusualNumber(_ value: Int, _ range: ClosedRange<Double>, at place: Place, _ need: Need) -> Double? {
        if isBlank(value, need) { return nil }
        guard let numeral = numeral(value) else {
            refuseType(value, "a number", at: place, need)
            return nil
        }
        let number = numeral.double
        let nearest = min(max(number, range.lowerBound), range.upperBound)
        guard nearest == number || (!limits.isStrict && abs(nearest - number) <= MessageLimits.slack) else {
            refuseRange(value, range, at: place, need)
            return nil
        }
        if tape.isKind(value, .string) {
            coerce(value, to: numeral.hash, at: place) { $0.readAsNumber(value, nearest) }
        } else if nearest != number {
            warn(.coerced, at: place) {
                "\($0.show(value)) is read as \(Self.plain(nearest)), the bound that it is beyond by rounding"
            }
        }
        return nearest
    }

    @inline(never)
    mutating func unusualInteger(_ value: Int, _ range: ClosedRange<Int64>, at place: Place, _ need: Need) -> Int64? {
        if isBlank(value, need) { return nil }
        guard let numeral = numeral(value) else {
            refuseType(value, "an integer", at: place, need)
            return nil
        }
        let rounded = numeral.double.rounded(.toNearestOrEven)
        guard rounded == numeral.double || !limits.isStrict else {
            refuseType(value, "an integer", at: place, need)
            return nil
        }
        let exact: Int64? = if case .integer(let integer) = numeral { integer } else { Int64(exactly: rounded) }
        guard let exact, range.contains(exact) else {
            refuse(.outOfRange, at: place, need) {
                "\($0.show(value)) is not between \(range.lowerBound) and \(range.upperBound)"
            }
            return nil
        }
        if tape.isKind(value, .string) {
            coerce(value, to: numeral.hash, at: place) { $0.readAsNumber(value, Double(exact)) }
        } else if rounded != numeral.double {
            warn(.coerced, at: place) { "\($0.show(value)) is rounded to \(exact), because an integer is expected" }
        }
        return exact
    }

    @inline(never)
    mutating func unusualIntegerID(_ value: Int, _ range: ClosedRange<Int64>, at place: Place, _ need: Need) -> Int64? {
        if isBlank(value, need) { return nil }
        var found: Int64?
        switch tape.letter(value) {
        case Tape.Kind.signed.rawValue: found = tape.signed(value)
        case Tape.Kind.unsigned.rawValue: break
        case Tape.Kind.double.rawValue where isOdd(value) || tape.double(value).magnitude > 0x1p53: break
        case Tape.Kind.double.rawValue:
            guard let exact = exactDouble(value) else {
                refuseType(value, "an integer", at: place, need)
                return nil
            }
            found = exact
        case Tape.Kind.string.rawValue where !limits.isStrict && Self.isDigits(tape.text(value)):
            found = Int64(tape.text(value).string)
        default:
            refuseType(value, "an integer", at: place, need)
            return nil
        }
        guard let found, range.contains(found) else {
            let isInexact = tape.isKind(value, .double) && !isOdd(value) && tape.double(value).magnitude < 0x1p63
            refuse(.outOfRange, at: place, need) {
                isInexact && found == nil
                    ? $0.notCertain(value)
                    : "\($0.show(value)) is not between \(range.lowerBound) and \(range.upperBound)"
            }
            return nil
        }
        if tape.isKind(value, .string) {
            coerce(value, to: ContentHash.hash(found), at: place) { $0.readAsNumber(value, nil) }
        }
        return found
    }

    private static func isDigits(_ text: Text) -> Bool {
        text.count > 0 && text.count <= 40 && text.bytes.allSatisfy { $0 >= 48 && $0 <= 57 }
    }

    /// Of a number, or of a string that holds one and nothing else; nil where it is neither or, in a string, out of reach. Strict checks do
    /// not look into strings. A number out of reach is infinite, so that it is in no range.
    func numeral(_ value: Int) -> Numeral? {
        switch tape.letter(value) {
        case Tape.Kind.signed.rawValue: return .integer(tape.signed(value))
        case Tape.Kind.unsigned.rawValue: return .double(Double(tape.unsigned(value)))
        case Tape.Kind.double.rawValue:
            guard let token = substitutions.number(at: value) else { return .double(tape.double(value)) }
            return .double(Double(token) ?? .infinity)
        case Tape.Kind.string.rawValue where !limits.isStrict: return Numeral(tape.text(value))
        default: return nil
        }
    }

    /// Names the setting that makes decimals strings, where they look like it.
    private func readAsNumber(_ value: Int, _ number: Double?) -> String {
        var sentence = "the string \(show(value)) is read as a number"
        if let number, number != Numeral(tape.text(value))?.double { sentence += ", rounded to \(Self.plain(number))" }
        if tape.text(value).bytes.contains(UInt8(ascii: ".")) { sentence += Self.decimalHint }
        return sentence
    }

    /// For a decimal in a string.
    static let decimalHint = "; Django REST framework writes decimals so unless COERCE_DECIMAL_TO_STRING is False"
}
