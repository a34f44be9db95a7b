/// What stands in the copy that ``JSONDiagnosis`` makes for something else.
struct Substitutions {
    /// Stands for a number out of reach.
    static let marker = 9e307

    /// Some U+FFFD is half a surrogate pair in truth.
    var hasSurrogates = false
    /// Nil where no number was replaced, as in almost every document; then a copy costs nothing.
    private var numbers: Numbers?

    private final class Numbers {
        /// A body that contains ``Substitutions/marker`` itself has it noted as well, so the n-th marker of the document is always the n-th
        /// of these.
        var texts: [String] = []
        /// Where the markers are on the tape, ascending.
        var places: [Int] = []
    }

    var hasNumbers: Bool { numbers != nil }

    /// Notes the text of one more replaced number.
    mutating func add(_ text: String) {
        let numbers = numbers ?? Numbers()
        numbers.texts.append(text)
        self.numbers = numbers
    }

    /// Finds the markers again once the copy is parsed.
    func locate(on tape: Tape) {
        guard let numbers else { return }
        var place = Tape.root
        let end = tape.after(place)
        while place < end {
            if tape.isKind(place, .double), tape.double(place).magnitude == Self.marker { numbers.places.append(place) }
            // Into a container, not over it: the numbers are inside.
            let isContainer = tape.isKind(place, .object) || tape.isKind(place, .array)
            place = isContainer ? place + 1 : tape.after(place)
        }
    }

    func contains(_ value: Int) -> Bool { index(of: value) != nil }

    /// The text of the number that the marker at `value` stands for.
    func number(at value: Int) -> String? {
        guard let numbers, let index = index(of: value), index < numbers.texts.count else { return nil }
        return numbers.texts[index]
    }

    private func index(of value: Int) -> Int? {
        guard let places = numbers?.places else { return nil }
        var (low, high) = (0, places.count)
        while low < high {
            let middle = (low + high) / 2
            if places[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low < places.count && places[low] == value ? low : nil
    }
}
