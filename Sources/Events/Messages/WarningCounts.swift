/// How many warnings there are of each code. There are few codes in one message, so they stand in a list.
package struct WarningCounts: Sendable, Equatable {
    private var codes: [Warning.Code] = []
    private var counts: [Int] = []

    package init() {}

    package var isEmpty: Bool { codes.isEmpty }
    package var sum: Int { counts.reduce(0, +) }

    /// 0 for a code of which there are none.
    package subscript(_ code: Warning.Code) -> Int { codes.firstIndex(of: code).map { counts[$0] } ?? 0 }

    package mutating func add(_ code: Warning.Code, _ count: Int = 1) {
        if let place = codes.firstIndex(of: code) {
            counts[place] += count
        } else {
            codes.append(code)
            counts.append(count)
        }
    }

    package mutating func add(_ others: WarningCounts) {
        for (code, count) in zip(others.codes, others.counts) { add(code, count) }
    }

    package mutating func removeAll() {
        codes.removeAll(keepingCapacity: true)
        counts.removeAll(keepingCapacity: true)
    }
}

extension WarningCounts: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (Warning.Code, Int)...) {
        for (code, count) in elements { add(code, count) }
    }

    package static func == (left: WarningCounts, right: WarningCounts) -> Bool {
        left.codes.count == right.codes.count && left.codes.allSatisfy { left[$0] == right[$0] }
    }
}
