/// Checks single values of a parsed message and collects what is wrong with them, in the order they are asked for.
///
/// Every check answers nil for an absent value (null counts as absent) and for a wrong one; only the latter is an error. Strings are made
/// for errors only.
struct MemberChecks {
    let tape: Tape
    let substitutions: Substitutions
    /// The first ones, at most ``Rejection/keptPerMessage``.
    private(set) var errors: [Rejection] = []
    /// All of them.
    private(set) var errorCount = 0
    /// Of members that do not count and do not keep the message from being accepted.
    private(set) var warnings: [Warning] = []
    private(set) var warningsLeftOut = 0
    /// Whether the text of the document may say something else to other readers than to this one.
    var isAmbiguous = false

    init(_ tape: Tape, _ substitutions: Substitutions) {
        self.tape = tape
        self.substitutions = substitutions
    }

    /// Whether one more error would be kept. Where not it is counted here, and nobody looks for words.
    @inline(never)
    mutating func isWorthWords() -> Bool {
        if errors.count < Rejection.keptPerMessage { return true }
        errorCount += 1
        return false
    }

    @inline(never)
    mutating func report(_ reason: Rejection.Reason, at place: Place, _ detail: String) {
        guard isWorthWords() else { return }
        errorCount += 1
        errors.append(Rejection(reason, at: place.pointer, detail))
    }

    @inline(never)
    mutating func ignore(_ place: Place, _ detail: @autoclosure () -> String) {
        guard warnings.count < Warning.keptPerMessage else { return warningsLeftOut += 1 }
        warnings.append(Warning(.memberIgnored, at: place.pointer, detail()))
    }

    /// Leaves the warnings to a message that is accepted.
    @inline(__always)
    func warn(of delivery: Int, in batch: DeliveryBatch) {
        guard !warnings.isEmpty else { return }
        for warning in warnings { batch.warn(delivery, warning) }
        batch.leaveOutWarnings(delivery, warningsLeftOut)
    }

    /// `length` counts Unicode scalars.
    @inline(__always)
    mutating func text(_ value: Int, _ length: ClosedRange<Int>, at place: Place) -> Text? {
        if tape.isAbsent(value) { return nil }
        guard tape.isKind(value, .string) else {
            reportType(value, "a string", at: place)
            return nil
        }
        let text = tape.text(value)
        guard text.count >= length.lowerBound, text.isAtMost(length.upperBound) else {
            reportLength(text, length, at: place)
            return nil
        }
        return text
    }

    @inline(__always)
    mutating func word<Value>(_ value: Int, of words: borrowing WordTable<Value>, at place: Place) -> Value? {
        if tape.isAbsent(value) { return nil }
        if tape.isKind(value, .string), let word = words.value(of: tape.text(value)) { return word }
        reportWord(value, words.table.names, at: place)
        return nil
    }

    /// A number that is written with a fraction of zero (`12.0`) is an integer too, as JSON Schema has it.
    @inline(__always)
    mutating func integer(_ value: Int, _ range: ClosedRange<Int64>, at place: Place) -> Int64? {
        if tape.isAbsent(value) { return nil }
        if tape.isKind(value, .signed) {
            let number = tape.signed(value)
            if range.contains(number) { return number }
        }
        return unusualInteger(value, range, at: place)
    }

    @inline(never)
    private mutating func unusualInteger(_ value: Int, _ range: ClosedRange<Int64>, at place: Place) -> Int64? {
        switch tape.letter(value) {
        case Tape.Kind.signed.rawValue, Tape.Kind.unsigned.rawValue: break
        case Tape.Kind.double.rawValue where isOdd(value): break
        case Tape.Kind.double.rawValue:
            let number = tape.double(value)
            guard number == number.rounded(.towardZero) else {
                reportType(value, "an integer", at: place)
                return nil
            }
            if let exact = Int64(exactly: number), range.contains(exact) { return exact }
        default:
            reportType(value, "an integer", at: place)
            return nil
        }
        guard isWorthWords() else { return nil }
        report(.outOfRange, at: place, "\(show(value)) is not between \(range.lowerBound) and \(range.upperBound)")
        return nil
    }

    @inline(__always)
    mutating func number(_ value: Int, _ range: ClosedRange<Double>, at place: Place) -> Double? {
        if tape.isAbsent(value) { return nil }
        let number: Double
        switch tape.letter(value) {
        case Tape.Kind.signed.rawValue: number = Double(tape.signed(value))
        case Tape.Kind.unsigned.rawValue: number = Double(tape.unsigned(value))
        case Tape.Kind.double.rawValue: number = tape.double(value)
        default:
            reportType(value, "a number", at: place)
            return nil
        }
        if range.contains(number), !isOdd(value) { return number }
        reportRange(value, range, at: place)
        return nil
    }

    @inline(__always)
    mutating func boolean(_ value: Int, at place: Place) -> Bool? {
        if tape.isAbsent(value) { return nil }
        if tape.isKind(value, .yes) { return true }
        if tape.isKind(value, .no) { return false }
        reportType(value, "true or false", at: place)
        return nil
    }

    @inline(__always)
    mutating func time(_ value: Int, at place: Place, near receivedAt: Timestamp? = nil) -> Timestamp? {
        if tape.isAbsent(value) { return nil }
        guard tape.isKind(value, .string) else {
            reportType(value, "a time as a string", at: place)
            return nil
        }
        switch RFC3339.parse(tape.text(value).raw) {
        case .success(let time): return time
        case .failure(let failure):
            if let receivedAt, let year = RFC3339.year(of: tape.text(value).raw),
                let reason = DecodingLimits.implausibility(of: year, receivedAt: receivedAt)
            {
                let shown = show(value)
                ignore(place, "\(shown) is \(reason); it is stored as absent")
                return nil
            }
            guard isWorthWords() else { return nil }
            report(.invalidTime, at: place, "\(show(value)) \(failure.explanation)")
            return nil
        }
    }

    /// A time that says when something happened and does not place the message: one that nothing can have happened at, such as the zero of
    /// many languages, is none. Whatever else its text lacks: the zero of .NET has no offset, that of MySQL no such day.
    @inline(__always)
    mutating func optionalTime(_ value: Int, at place: Place, receivedAt: Timestamp) -> Timestamp? {
        guard let time = time(value, at: place, near: receivedAt) else { return nil }
        guard let reason = DecodingLimits.implausibility(of: time..<time + 1, receivedAt: receivedAt) else {
            return time
        }
        ignore(place, "\(RFC3339.text(time)) is \(reason); it is stored as absent")
        return nil
    }

    /// Whether `value` is an object (array); false for an absent one too.
    @inline(__always)
    mutating func isContainer(_ value: Int, _ kind: Tape.Kind, at place: Place) -> Bool {
        if tape.isAbsent(value) { return false }
        if tape.isKind(value, kind) { return true }
        reportType(value, kind == .object ? "an object" : "an array", at: place)
        return false
    }

    /// Whether the number at `value` stands for one that does not fit 64 bits or a double.
    @inline(__always)
    func isOdd(_ value: Int) -> Bool {
        !substitutions.numbers.isEmpty && substitutions.contains(value)
    }
}
