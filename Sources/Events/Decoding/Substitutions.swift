/// What stands in the copy that ``JSONDiagnosis`` makes for something else.
struct Substitutions {
    /// Stands for a number out of reach.
    static let marker = 9e307

    /// The texts of the replaced numbers. A body that contains ``marker`` itself has it noted as well, so the n-th marker of the document
    /// is always the n-th of these.
    var numbers: [String] = []
    /// Some U+FFFD is half a surrogate pair in truth.
    var hasSurrogates = false
    /// Where the markers are on the tape, ascending.
    private var places: [Int] = []

    /// Finds the markers again once the copy is parsed.
    mutating func locate(on tape: Tape) {
        guard !numbers.isEmpty else { return }
        var place = Tape.root
        let end = tape.after(place)
        while place < end {
            if tape.isKind(place, .double), tape.double(place).magnitude == Self.marker { places.append(place) }
            // Into a container, not over it: the numbers are inside.
            let isContainer = tape.isKind(place, .object) || tape.isKind(place, .array)
            place = isContainer ? place + 1 : tape.after(place)
        }
    }

    func contains(_ value: Int) -> Bool { index(of: value) != nil }

    /// The text of the number that the marker at `value` stands for.
    func number(at value: Int) -> String? {
        guard let index = index(of: value), index < numbers.count else { return nil }
        return numbers[index]
    }

    private func index(of value: Int) -> Int? {
        var (low, high) = (0, places.count)
        while low < high {
            let middle = (low + high) / 2
            if places[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low < places.count && places[low] == value ? low : nil
    }
}
