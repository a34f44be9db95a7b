/// How many warnings there are of each code. Stands where it is, without memory of its own.
package struct WarningCounts: Sendable, Equatable {
    /// More than there are codes; a test holds every code against it.
    private var counts = InlineArray<24, UInt32>(repeating: 0)
    package private(set) var sum = 0

    package init() {}

    package var isEmpty: Bool { sum == 0 }

    /// 0 for a code of which there are none.
    package subscript(_ code: Warning.Code) -> Int { Int(counts[Int(code.code)]) }

    package mutating func add(_ code: Warning.Code, _ count: Int = 1) {
        counts[Int(code.code)] += UInt32(count)
        sum += count
    }

    package mutating func add(_ others: WarningCounts) {
        for code in counts.indices { counts[code] += others.counts[code] }
        sum += others.sum
    }

    package mutating func removeAll() { self = WarningCounts() }
}

extension WarningCounts: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (Warning.Code, Int)...) {
        for (code, count) in elements { add(code, count) }
    }

    package static func == (left: WarningCounts, right: WarningCounts) -> Bool {
        left.counts.indices.allSatisfy { left.counts[$0] == right.counts[$0] }
    }
}
