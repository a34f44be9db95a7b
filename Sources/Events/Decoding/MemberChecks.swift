/// Checks single values of a parsed message and collects what is wrong with them, in the order they are asked for.
///
/// Every check answers nil for an absent value (null and, of an optional member, the empty string are absent) and for one that is of no use.
/// The latter is an error where the message cannot do without it, and a warning elsewhere: see ``Need``. What has one meaning is read with that
/// meaning, with the warning `coerced`. The usual case is checked in place; everything else is in `MemberChecks+unusual`. Strings are made for
/// errors and warnings only.
struct MemberChecks: ~Copyable {
    let tape: Tape
    let substitutions: Substitutions
    let limits: DecodingLimits
    let scratch: DecodingScratch
    /// The first ones, at most ``Rejection/keptPerMessage``.
    private(set) var errors: [Rejection] = []
    /// All of them.
    private(set) var errorCount = 0
    /// About what is read with good will, and what is left out.
    private(set) var warnings = WarningList()
    /// See ``DecodingLimits/keepsEveryWarning``.
    var keepsEveryWarning: Bool {
        get { !warnings.isTerse }
        set { warnings.isTerse = !newValue }
    }
    /// Whether the text of the document may say something else to other readers than to this one.
    var isAmbiguous = false
    /// Whether some text has the character U+0000, which no text that counts may have.
    var hasNulls = false

    init(
        _ tape: Tape, _ substitutions: Substitutions, _ limits: DecodingLimits = DecodingLimits(),
        _ scratch: DecodingScratch
    ) {
        self.tape = tape
        self.substitutions = substitutions
        self.limits = limits
        self.scratch = scratch
        scratch.removeAll()
    }

    // MARK: What is found

    /// Whether one more error would be kept. Where not it is counted here, and nobody looks for words.
    @inline(never)
    mutating func isWorthWords() -> Bool {
        if errors.count < Rejection.keptPerMessage { return true }
        errorCount += 1
        return false
    }

    @inline(never)
    mutating func report(_ reason: Rejection.Reason, at place: Place, _ detail: (borrowing MemberChecks) -> String) {
        guard isWorthWords() else { return }
        errorCount += 1
        errors.append(Rejection(reason, at: place.pointer, detail(self)))
    }

    mutating func report(_ reason: Rejection.Reason, at place: Place, _ detail: String) {
        report(reason, at: place) { _ in detail }
    }

    /// For a value that is of no use.
    @inline(never)
    mutating func refuse(
        _ reason: Rejection.Reason, at place: Place, _ need: Need, _ detail: (borrowing MemberChecks) -> String
    ) {
        guard need != .required, !limits.isStrict else { return report(reason, at: place, detail) }
        warn(.memberIgnored, at: place) { detail($0) + need.consequence }
    }

    mutating func refuse(_ reason: Rejection.Reason, at place: Place, _ need: Need, _ detail: String) {
        refuse(reason, at: place, need) { _ in detail }
    }

    /// For what does not count and is no error, however strict the checks are.
    mutating func ignore(_ place: Place, _ detail: (borrowing MemberChecks) -> String) {
        warn(.memberIgnored, at: place, detail)
    }

    /// For a value that is not of its type and is read as what it means; strict checks do not get here.
    mutating func coerce(_ value: Int, to hash: UInt64, at place: Place, _ detail: (borrowing MemberChecks) -> String) {
        scratch.note(value, means: hash)
        warn(.coerced, at: place, detail)
    }

    @inline(never)
    mutating func warn(_ code: Warning.Code, at place: Place, _ detail: (borrowing MemberChecks) -> String) {
        guard warnings.isWorthWords(code) else { return }
        warnings.add(Warning(code, at: place.pointer, detail(self)))
    }

    /// Leaves the warnings to a message that is accepted.
    @inline(__always)
    func warn(of delivery: Int, in batch: DeliveryBatch) {
        guard !warnings.isEmpty else { return }
        batch.warn(delivery, warnings)
    }

    // MARK: Absence

    /// Whether an optional member is absent, null or an empty string.
    @inline(__always)
    func isMissing(_ value: Int) -> Bool {
        tape.isAbsent(value) || (tape.isKind(value, .string) && tape.text(value).count == 0)
    }

    /// Whether an optional member is there; where it is not, it does not belong to the content.
    @inline(__always)
    func isGiven(_ value: Int) -> Bool { !tape.isAbsent(value) && !isBlank(value, .optional) }

    /// Whether `value` is the empty string of a member that may be absent; then it does not belong to the content.
    @inline(__always)
    func isBlank(_ value: Int, _ need: Need) -> Bool {
        guard need != .required, tape.isKind(value, .string), tape.text(value).count == 0 else { return false }
        scratch.note(value, means: 0)
        return true
    }

    // MARK: Checks

    /// `length` counts Unicode scalars.
    @inline(__always)
    mutating func text(_ value: Int, _ length: ClosedRange<Int>, at place: Place, _ need: Need = .optional) -> Text? {
        if tape.isAbsent(value) { return nil }
        if tape.isKind(value, .string), !hasNulls {
            let text = tape.text(value)
            if text.count > 0, text.count <= length.upperBound { return text }
        }
        return unusualText(value, length, at: place, need)
    }

    @inline(__always)
    mutating func word<Value>(
        _ value: Int, of words: borrowing WordTable<Value>, at place: Place, _ need: Need = .optional
    ) -> Value? {
        if tape.isAbsent(value) { return nil }
        if tape.isKind(value, .string), let word = words.value(of: tape.text(value)) { return word }
        return unusualWord(value, of: words, at: place, need)
    }

    @inline(__always)
    mutating func integer(
        _ value: Int, _ range: ClosedRange<Int64>, at place: Place, _ need: Need = .optional
    ) -> Int64? {
        if tape.isAbsent(value) { return nil }
        if tape.isKind(value, .signed) {
            let number = tape.signed(value)
            if range.contains(number) { return number }
        }
        return unusualInteger(value, range, at: place, need)
    }

    /// An integer that names something: it is never rounded.
    @inline(__always)
    mutating func integerID(
        _ value: Int, _ range: ClosedRange<Int64>, at place: Place, _ need: Need = .optional
    ) -> Int64? {
        if tape.isAbsent(value) { return nil }
        if tape.isKind(value, .signed) {
            let number = tape.signed(value)
            if range.contains(number) { return number }
        }
        return unusualIntegerID(value, range, at: place, need)
    }

    @inline(__always)
    mutating func number(
        _ value: Int, _ range: ClosedRange<Double>, at place: Place, _ need: Need = .optional
    ) -> Double? {
        if tape.isAbsent(value) { return nil }
        switch tape.letter(value) {
        case Tape.Kind.signed.rawValue:
            let number = Double(tape.signed(value))
            if range.contains(number) { return number }
        case Tape.Kind.double.rawValue:
            let number = tape.double(value)
            if range.contains(number), !isOdd(value) { return number }
        default: break
        }
        return unusualNumber(value, range, at: place, need)
    }

    @inline(__always)
    mutating func boolean(_ value: Int, at place: Place, _ need: Need = .optional) -> Bool? {
        if tape.isAbsent(value) { return nil }
        if tape.isKind(value, .yes) { return true }
        if tape.isKind(value, .no) { return false }
        return unusualBoolean(value, at: place, need)
    }

    /// A string of `length` characters or an integer of 64 bits, which is kept as its decimal text.
    @inline(__always)
    mutating func id(
        _ value: Int, _ length: ClosedRange<Int>, at place: Place, _ need: Need, _ batch: DeliveryBatch
    ) -> ByteRange? {
        if tape.isAbsent(value) { return nil }
        if tape.isKind(value, .string) {
            return text(value, length, at: place, need).map { batch.bytes.append($0.raw) }
        }
        return numberAsID(value, at: place, need).map { batch.bytes.append($0.raw) }
    }

    /// Whether `value` is an object (array); false for an absent one too. An empty array is an object without members, as PHP has it.
    @inline(__always)
    mutating func isContainer(_ value: Int, _ kind: Tape.Kind, at place: Place) -> Bool {
        if tape.isAbsent(value) { return false }
        if tape.isKind(value, kind) { return true }
        return isUnusualContainer(value, kind, at: place)
    }

    /// Whether the number at `value` stands for one that does not fit 64 bits or a double.
    @inline(__always)
    func isOdd(_ value: Int) -> Bool {
        substitutions.hasNumbers && substitutions.contains(value)
    }
}
