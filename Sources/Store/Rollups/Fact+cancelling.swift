extension Fact {
    /// Drops what was added and taken back again: a session that moved on before it was merged leaves only its last state.
    static func cancel(_ facts: inout [(slot: Int64, fact: Fact)]) {
        guard facts.contains(where: { $0.fact.sign < 0 }) else { return }
        var added: [UInt64: Int] = [:]
        var isDropped = [Bool](repeating: false, count: facts.count)
        for (place, (_, fact)) in facts.enumerated() {
            let hash = fact.content.quickHash(UInt64(bitPattern: fact.time))
            if fact.sign > 0 {
                added[hash] = place
            } else if let partner = added[hash], facts[partner].fact.time == fact.time,
                facts[partner].fact.content.isSame(as: fact.content)
            {
                added[hash] = nil
                isDropped[partner] = true
                isDropped[place] = true
            }
        }
        var place = 0
        facts.removeAll { _ in
            defer { place += 1 }
            return isDropped[place]
        }
    }
}
