package import Events

/// One fact as it is kept in the log and in `_rollup_facts`: when, in which direction, and what.
package struct Fact {
    package var time: Timestamp
    /// 1 for a fact, −1 for one taken back.
    package var sign: Int64
    package var content: UnsafeRawBufferPointer

    /// Calls `body` with each fact of a block.
    @inline(__always)
    package static func forEach<Failure>(
        _ bytes: UnsafeRawBufferPointer, _ body: (Fact) throws(Failure) -> Void
    ) throws(Failure) {
        guard var reader = FactReader(bytes) else { return }
        while !reader.isAtEnd {
            let head = reader.varint()
            let time = reader.word()
            try body(Fact(time: time, sign: head & 1 == 0 ? 1 : -1, content: reader.bytes(Int(head >> 1))))
        }
    }

    /// The facts of a block one after the other, for what reads them in another module: without a call of a closure for each.
    package struct Block {
        private var reader: FactReader?

        package init(_ bytes: UnsafeRawBufferPointer) { reader = FactReader(bytes) }

        package mutating func next() -> Fact? {
            guard reader?.isAtEnd == false, let head = reader?.varint(), let time = reader?.word(),
                let content = reader?.bytes(Int(head >> 1))
            else { return nil }
            return Fact(time: time, sign: head & 1 == 0 ? 1 : -1, content: content)
        }
    }

    @inline(__always)
    package static func write(
        _ content: UnsafeRawBufferPointer, at time: Timestamp, isRetraction: Bool, to writer: inout FactWriter
    ) {
        writer.varint(UInt64(content.count) << 1 | (isRetraction ? 1 : 0))
        writer.word(time)
        writer.append(content)
    }

    package func write(to writer: inout FactWriter) {
        Self.write(content, at: time, isRetraction: sign < 0, to: &writer)
    }
}

extension Fact {
    /// Drops what was added and taken back again: a session that moved on before it was merged leaves only its last state.
    package static func cancel(_ facts: inout [(slot: Int64, fact: Fact)]) {
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
