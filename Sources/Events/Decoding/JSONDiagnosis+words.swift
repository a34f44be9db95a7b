/// Words that other languages print where JSON has a value.
extension JSONDiagnosis {
    /// What to add where Python's or JavaScript's spelling is found.
    static let printed = " (this looks like an object as Python or JavaScript print it; make JSON of it)"

    private static let numbers = ["-Infinity", "Infinity", "-inf", "inf", "NaN", "-NaN"]
    private static let words = [("True", "true"), ("False", "false"), ("None", "null"), ("undefined", "null")]

    /// What is wrong where a value should be and none is.
    func noValue() -> Flaw {
        if let sentence = notANumber() { return flaw(sentence) }
        let rest = bytes[next...]
        for (word, json) in Self.words where rest.starts(with: word.utf8) {
            return flaw("\(word) is no JSON (send \(json) instead)")
        }
        return flaw("a value is expected" + (rest.first == UInt8(ascii: "'") ? Self.printed : ""))
    }

    /// What Python's json.dumps and others write for a number that is none, in any case.
    func notANumber() -> String? {
        let rest = bytes[next...].prefix(9).map { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") ? $0 | 0x20 : $0 }
        guard let word = Self.numbers.first(where: { rest.starts(with: $0.lowercased().utf8) }) else { return nil }
        return "\(word) is no JSON (send null instead)"
    }
}
