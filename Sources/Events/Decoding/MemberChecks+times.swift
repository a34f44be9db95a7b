/// Times: RFC 3339, and what can be nothing else.
extension MemberChecks {
    @inline(__always)
    mutating func time(_ value: Int, at place: Place, _ need: Need = .optional) -> Timestamp? {
        if tape.isAbsent(value) { return nil }
        if tape.isKind(value, .string), case .success(let time) = RFC3339.parse(tape.text(value).raw) {
            scratch.note(value, means: ContentHash.hash(time: time))
            return time
        }
        return unusualTime(value, at: place, need)
    }

    @inline(never)
    private mutating func unusualTime(_ value: Int, at place: Place, _ need: Need) -> Timestamp? {
        if isBlank(value, .optional) { return nil }
        if !limits.isStrict, let time = coercedTime(value) {
            coerce(value, to: ContentHash.hash(time: time), at: place) {
                "\($0.show(value)) is read as \(RFC3339.text(time))"
            }
            return time
        }
        guard tape.isKind(value, .string) else {
            refuseType(value, "a time as a string", at: place, need)
            return nil
        }
        refuse(.invalidTime, at: place, need) { $0.notATime(value) }
        return nil
    }

    /// Why the string at `value` is no time.
    func notATime(_ value: Int) -> String {
        guard case .failure(let failure) = RFC3339.parse(tape.text(value).raw) else { return "" }
        let sentence = "\(show(value)) \(failure.explanation)"
        return failure == .offsetMissing
            ? "\(sentence) (Django's USE_TZ, Python's datetime.now(timezone.utc)); ingest.naive_times: utc reads it as UTC"
            : sentence
    }

    /// Whether something is given that is no time, however it is read.
    func isNoTime(_ value: Int) -> Bool {
        guard !isMissing(value) else { return false }
        if tape.isKind(value, .string), case .success = RFC3339.parse(tape.text(value).raw) { return false }
        return coercedTime(value) == nil
    }

    /// Another spelling, or seconds or milliseconds since the epoch.
    private func coercedTime(_ value: Int) -> Timestamp? {
        if tape.isKind(value, .string) {
            let text = tape.text(value)
            if case .success(let time) = RFC3339.parseLeniently(text.raw, naiveTimes: limits.naiveTimes) { return time }
            return Numeral(text).flatMap(Self.epochTime)
        }
        return numeral(value).flatMap(Self.epochTime)
    }

    /// Seconds between 1e9 and 4e9 (2001 to 2096), or milliseconds between 1e12 and 4e12.
    static func epochTime(_ numeral: Numeral) -> Timestamp? {
        let number = numeral.double
        let microseconds =
            if number >= 1e9, number <= 4e9 { number * 1e6 } else if number >= 1e12, number <= 4e12 {
                number * 1e3
            } else { Double.nan }
        return microseconds.isNaN ? nil : Timestamp(microseconds.rounded(.toNearestOrEven))
    }

    /// A time that says when something happened and does not place the message: one that nothing can have happened at, such as the zero of
    /// many languages, is none. Whatever else its text lacks: the zero of .NET has no offset, that of MySQL no such day.
    @inline(__always)
    mutating func optionalTime(_ value: Int, at place: Place, receivedAt: Timestamp) -> Timestamp? {
        if tape.isAbsent(value) { return nil }
        if tape.isKind(value, .string), case .success(let time) = RFC3339.parse(tape.text(value).raw),
            DecodingLimits.isPlausible(time, receivedAt: receivedAt)
        {
            scratch.note(value, means: ContentHash.hash(time: time))
            return time
        }
        return unusualOptionalTime(value, at: place, receivedAt: receivedAt)
    }

    @inline(never)
    private mutating func unusualOptionalTime(_ value: Int, at place: Place, receivedAt: Timestamp) -> Timestamp? {
        if tape.isKind(value, .string), let years = implausibleYears(tape.text(value), receivedAt) {
            refuse(.timeOutOfRange, at: place, .optional) { "\($0.show(value)) is \(years)" }
            return nil
        }
        guard let time = time(value, at: place) else { return nil }
        guard let reason = DecodingLimits.implausibility(of: time..<time + 1, receivedAt: receivedAt) else {
            return time
        }
        refuse(.timeOutOfRange, at: place, .optional, "\(RFC3339.text(time)) is \(reason)")
        return nil
    }

    /// Why no time of the year that `text` begins with can be, where it is no time anyway.
    private func implausibleYears(_ text: Text, _ receivedAt: Timestamp) -> String? {
        guard case .failure = RFC3339.parse(text.raw), let year = RFC3339.year(of: text.raw) else { return nil }
        return DecodingLimits.implausibility(of: year, receivedAt: receivedAt)
    }
}
