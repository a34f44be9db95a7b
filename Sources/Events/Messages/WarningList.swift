/// Warnings about one message, at most ``Warning/keptPerMessage`` in words: the first ones, and the first of each code in any case. The others
/// are counted.
package struct WarningList: Sendable {
    package private(set) var kept: [Warning] = []
    package private(set) var leftOut = WarningCounts()
    /// Of each code only the first one is kept: nobody is told of the others.
    package var isTerse = false

    package init() {}

    package var isEmpty: Bool { kept.isEmpty }
    package var count: Int { kept.count }

    package mutating func removeAll() {
        kept.removeAll(keepingCapacity: true)
        leftOut.removeAll()
    }

    /// Whether one more warning would be kept. Where not it is counted here, and nobody looks for words.
    package mutating func isWorthWords(_ code: Warning.Code) -> Bool {
        guard isTerse || kept.count >= Warning.keptPerMessage, kept.contains(where: { $0.code == code }) else {
            return true
        }
        leftOut.add(code)
        return false
    }

    /// After ``isWorthWords(_:)`` has said so.
    package mutating func add(_ warning: Warning) {
        if kept.count >= Warning.keptPerMessage, let place = Self.dispensable(kept.lazy.map(\.code)) {
            leftOut.add(kept[place].code)
            kept.remove(at: place)
        }
        kept.append(warning)
    }

    /// The place of the last one whose code has another one before it.
    static func dispensable(_ codes: some RandomAccessCollection<Warning.Code>) -> Int? {
        for place in stride(from: codes.count - 1, to: 0, by: -1) {
            let code = codes[codes.index(codes.startIndex, offsetBy: place)]
            if codes.prefix(place).contains(code) { return place }
        }
        return nil
    }
}
