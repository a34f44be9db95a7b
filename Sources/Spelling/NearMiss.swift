/// Finds what somebody probably meant: the same letters in another case, or a few slips away.
package enum NearMiss {
    /// The candidate nearest to `given`, the first of equals; nil where none is near. `slips` are letters that may be wrong, missing or too many.
    package static func find(_ given: String, among candidates: some Sequence<String>, slips: Int = 2) -> String? {
        let folded = Array(given.prefix(longest + 3).lowercased().utf8)
        guard folded.count <= longest else { return nil }
        var best: (candidate: String, distance: Int)?
        for candidate in candidates {
            let other = Array(candidate.lowercased().utf8)
            guard abs(other.count - folded.count) <= slips else { continue }
            let distance = distance(folded, other)
            // Two slips in a word of three letters leave nothing of it.
            guard distance <= slips, distance * 2 <= max(folded.count, other.count) else { continue }
            if distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.candidate
    }

    private static let longest = 64

    /// Levenshtein distance.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var previous = Array(0...right.count)
        for (row, byte) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                let change = previous[column] + (byte == other ? 0 : 1)
                current.append(min(change, previous[column + 1] + 1, current[column] + 1))
            }
            previous = current
        }
        return previous[right.count]
    }
}
