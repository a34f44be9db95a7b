/// Warnings about one message: the first ``Warning/keptPerMessage`` in words, and the first of each code in any case. The others are counted.
package struct WarningList: Sendable {
    package private(set) var kept: [Warning] = []
    package private(set) var leftOut: [Warning.Code: Int] = [:]

    package init() {}

    package var isEmpty: Bool { kept.isEmpty }
    package var count: Int { kept.count }

    package mutating func removeAll() {
        kept.removeAll(keepingCapacity: true)
        if !leftOut.isEmpty { leftOut.removeAll() }
    }

    /// Whether one more warning would be kept. Where not it is counted here, and nobody looks for words.
    package mutating func isWorthWords(_ code: Warning.Code) -> Bool {
        guard kept.count >= Warning.keptPerMessage, kept.contains(where: { $0.code == code }) else { return true }
        leftOut[code, default: 0] += 1
        return false
    }

    /// After ``isWorthWords(_:)`` has said so.
    package mutating func add(_ warning: Warning) { kept.append(warning) }
}
