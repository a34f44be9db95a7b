/// What is read although it is not of a member's type.
struct AlsoRead {
    let words: String
    /// Values as JSON text that every member with this rule takes; none where a setting decides.
    let examples: [String]
    /// Whether there is the warning `coerced`, and strict checks refuse it.
    let isCoerced: Bool

    init(_ words: String, _ examples: [String], isCoerced: Bool = true) {
        self.words = words
        self.examples = examples
        self.isCoerced = isCoerced
    }
}

extension ValueRule {
    /// Of a member with this rule; the entries of an array have members of their own.
    var alsoRead: [AlsoRead] {
        switch self {
        case .text: [AlsoRead("an integer, as its digits", ["7"])]
        case .version: [AlsoRead("a number, as its text", ["7", "2.5"])]
        // Their types say already what is read.
        case .textOrInteger, .scalar: []
        case .integer(let range):
            [
                Self.numberInText(range.lowerBound),
                AlsoRead("a number with a fraction, rounded half to even", ["\(range.lowerBound + 1).5"]),
            ]
        case .integerID(let range): [AlsoRead("its digits in a string", ["\"\(range.lowerBound)\""])]
        case .number(let range): [Self.numberInText(Int64(range.lowerBound)), Self.slack(range)]
        case .words(let words, let ending):
            [
                AlsoRead(
                    "a word in another case",
                    ([words[0]] + (ending.map { ["step\($0)"] } ?? [])).map(Self.inAnotherCase))
            ]
        case .boolean:
            [AlsoRead(#""true" and "false" in any case, 0 and 1"#, [#""true""#, #""False""#, "0", "1"])]
        case .time: Self.times
        case .address:
            [
                AlsoRead(
                    "the first address of a list, and one with a port",
                    [#""203.0.113.7, 10.0.0.1""#, #""203.0.113.7:51000""#, #""[2001:db8::1]:443""#])
            ]
        // Its members say of themselves what is read.
        case .object, .freeObject: [Self.emptyArray]
        case .map(_, _, let value): value.alsoRead.map { $0.inMap } + [Self.emptyArray]
        case .array: []
        }
    }

    private static let times = [
        AlsoRead("a time without seconds", [#""2026-02-09T12:00Z""#]),
        AlsoRead(
            "an offset without a colon or without minutes",
            [#""2026-02-09T15:00:00+0300""#, #""2026-02-09 12:00:00+00""#]),
        AlsoRead("seconds since 1970 between 1e9 and 4e9", ["1770638400.5", #""1770638400""#]),
        AlsoRead("milliseconds between 1e12 and 4e12", ["1770638400123"]),
        AlsoRead("with ingest.naive_times utc a time without an offset, as one in UTC", []),
    ]

    private static let emptyArray = AlsoRead("an empty array, as an object without members", ["[]"], isCoerced: false)

    private static func numberInText(_ number: Int64) -> AlsoRead {
        AlsoRead("a JSON number in a string", ["\"\(number)\"", "\"\(number).0\"", "\"\(number + 1)e0\""])
    }

    private static func slack(_ range: ClosedRange<Double>) -> AlsoRead {
        var examples = ["\(range.lowerBound - MessageLimits.slack / 2)"]
        if range.upperBound < .greatestFiniteMagnitude {
            examples.append("\(range.upperBound + MessageLimits.slack / 2)")
        }
        return AlsoRead("a number at most a millionth beyond its bound, as the bound", examples)
    }

    private static func inAnotherCase(_ word: String) -> String {
        "\"\(word == word.uppercased() ? word.lowercased() : word.uppercased())\""
    }
}

extension AlsoRead {
    /// As the value of a member with a free name.
    fileprivate var inMap: AlsoRead {
        AlsoRead("as a value \(words)", examples.map { #"{"a":\#($0)}"# }, isCoerced: isCoerced)
    }
}
