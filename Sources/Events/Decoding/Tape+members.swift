extension Tape {
    /// With its article, for a sentence.
    func kindName(_ value: Int) -> String {
        switch letter(value) {
        case Tape.Kind.object.rawValue: "an object"
        case Tape.Kind.array.rawValue: "an array"
        case Tape.Kind.string.rawValue: "a string"
        case Tape.Kind.yes.rawValue, Tape.Kind.no.rawValue: "a boolean"
        case Tape.Kind.null.rawValue: "null"
        default: "a number"
        }
    }

    /// Whether one of the root's keys from `key` on is this one.
    func hasKey(_ name: Text, from key: Int) -> Bool {
        let end = closing(Tape.root)
        var key = key
        while key < end {
            let other = text(key)
            if other.count == name.count, other.bytes.elementsEqual(name.bytes) { return true }
            key = after(key + 1)
        }
        return false
    }

    /// The members of an object with free names: of a name that is given twice, the last one only. Nulls are among them.
    func members(of object: Int) -> Members { Members(of: object, on: self) }

    struct Members: Sequence, IteratorProtocol {
        private let tape: Tape
        private let end: Int
        private var cursor: Int
        /// For an object too large to look ahead in: where each name stands last.
        private var last: [ByteKey: Int]?
        /// Whether some name came twice so far.
        private(set) var hasRepeated = false

        private static let largestLookedAhead = 64

        init(of object: Int, on tape: Tape) {
            self.tape = tape
            cursor = object + 1
            end = tape.closing(object)
            // Each member takes two words at least.
            guard end - cursor > 2 * Self.largestLookedAhead else { return }
            var last: [ByteKey: Int] = [:]
            var key = cursor
            while key < end {
                last[ByteKey(tape.text(key).raw)] = key
                key = tape.after(key + 1)
            }
            self.last = last
        }

        @inline(__always)
        mutating func next() -> (name: Text, value: Int)? {
            while cursor < end {
                let key = cursor
                cursor = tape.after(key + 1)
                let name = tape.text(key)
                if !isRepeated(name, key) { return (name, key + 1) }
                hasRepeated = true
            }
            return nil
        }

        @inline(__always)
        private func isRepeated(_ name: Text, _ key: Int) -> Bool {
            if let last { return last[ByteKey(name.raw)] != key }
            var other = cursor
            while other < end {
                let candidate = tape.text(other)
                if candidate.count == name.count, candidate.bytes.elementsEqual(name.bytes) { return true }
                other = tape.after(other + 1)
            }
            return false
        }
    }
}
