/// What is noted while one message is being decided; its memory is used again for the next one. Used by one thread.
final class DecodingScratch {
    /// What values stand for whose bytes may say it in several ways; see ``ContentHash``.
    private(set) var meanings: [Meaning] = []
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
        texts = .allocate(capacity: Self.textSize * Self.textCapacity)
        texts.initialize(repeating: 0, count: Self.textSize * Self.textCapacity)
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

    /// The text of a number, valid until the message is decided.
    func keep(_ text: String) -> Text? {
        guard textCount < Self.textCapacity, text.utf8.count <= Self.textSize - 8 else { return nil }
        let base = texts + textCount * Self.textSize
        textCount += 1
        for (index, byte) in text.utf8.enumerated() { base[index] = byte }
        return Text(base: base, count: text.utf8.count)
    }
}
