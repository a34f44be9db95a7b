/// What is noted while one message is being decided; its memory is used again for the next one. Used by one thread.
final class DecodingScratch {
    /// What values stand for whose bytes may say it in several ways; see ``ContentHash``.
    private(set) var meanings: [Meaning] = []
    /// The last text shown, then those that are kept.
    private let texts: UnsafeMutablePointer<UInt8>
    private var textCount = 0
    private var bytes: [UInt8] = []

    /// Of a number as text, with the eight bytes behind it that a ``Text`` may be read by.
    private static let textSize = 40
    /// More than an object has members of its own that are texts.
    private static let textCapacity = 32

    struct Meaning {
        /// Of the value on the tape.
        var place: Int
        /// 0 where the value does not belong to the content.
        var hash: UInt64
    }

    init() {
        texts = .allocate(capacity: Self.textSize * (1 + Self.textCapacity))
        texts.initialize(repeating: 0, count: Self.textSize * (1 + Self.textCapacity))
        meanings.reserveCapacity(16)
    }

    deinit { texts.deallocate() }

    func removeAll() {
        meanings.removeAll(keepingCapacity: true)
        textCount = 0
    }

    @inline(__always)
    func note(_ place: Int, means hash: UInt64) { meanings.append(Meaning(place: place, hash: hash)) }

    /// The value at `place` does not belong to the content, whatever was noted of it.
    func exclude(_ place: Int) {
        if let index = meanings.lastIndex(where: { $0.place == place }) {
            meanings[index].hash = 0
        } else {
            note(place, means: 0)
        }
    }

    /// Nearly sorted as they come, and few.
    func sortMeanings() {
        guard meanings.count > 1 else { return }
        if meanings.count > 32 { return meanings.sort { $0.place < $1.place } }
        meanings.withUnsafeMutableBufferPointer { list in
            for index in 1..<list.count {
                let meaning = list[index]
                var place = index
                while place > 0, list[place - 1].place > meaning.place {
                    list[place] = list[place - 1]
                    place -= 1
                }
                list[place] = meaning
            }
        }
    }

    /// Empty memory to put a text together in; ``giveBack(_:)`` it.
    func takeBytes() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &bytes)
        return taken
    }

    func giveBack(_ taken: consuming [UInt8]) {
        guard taken.capacity <= 1 << 16 else { return }
        taken.removeAll(keepingCapacity: true)
        bytes = taken
    }

    /// The decimal digits of an integer, valid until the next text is shown.
    func show(_ magnitude: UInt64, isNegative: Bool) -> Text {
        let end = texts + (Self.textSize - 8)
        var start = end
        var rest = magnitude
        repeat {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            start -= 1
            start.pointee = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
            rest = quotient
        } while rest > 0
        if isNegative {
            start -= 1
            start.pointee = UInt8(ascii: "-")
        }
        return Text(base: start, count: end - start)
    }

    /// The same for another number, or a boolean; nil where it is too long.
    func show(_ text: String) -> Text? {
        guard text.utf8.count <= Self.textSize - 8 else { return nil }
        for (index, byte) in text.utf8.enumerated() { texts[index] = byte }
        return Text(base: texts, count: text.utf8.count)
    }

    /// What was shown, valid until the message is decided.
    func keep(_ shown: Text) -> Text? {
        guard textCount < Self.textCapacity else { return nil }
        textCount += 1
        let base = texts + textCount * Self.textSize
        base.update(from: shown.base, count: shown.count)
        return Text(base: base, count: shown.count)
    }
}
