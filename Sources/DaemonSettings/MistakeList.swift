/// What is wrong, for people: the first lines, and how many more there are.
struct MistakeList {
    private static let longest = 20

    private var first: [String] = []
    private var count = 0

    var isEmpty: Bool { count == 0 }
    var isFull: Bool { first.count >= Self.longest }

    /// A line that nobody will see is never made: to find what was probably meant takes time.
    mutating func append(_ line: @autoclosure () -> String) {
        count += 1
        if !isFull { first.append(line()) }
    }

    var lines: [String] {
        let rest = count - first.count
        return rest > 0 ? first + ["and \(rest) more \(rest == 1 ? "mistake" : "mistakes")"] : first
    }
}
