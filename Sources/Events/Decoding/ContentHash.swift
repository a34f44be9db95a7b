/// The digest of what an event says, whatever its spelling: two messages with one identity are the same event where it is equal.
///
/// Goes once over the tape. The order of members, white space, escapes, the spelling of numbers and null members make no difference;
/// ``DecodingScratch/meanings`` says what else is equal: times in other zones, numbers in strings, words in another case. The hash of a text
/// or of a number is a folded product of 128 bits (as in wyhash), with fixed constants: it is stored. It finds accidents; nobody is kept from
/// making two events that share it on purpose, which harms only their own identity.
struct ContentHash {
    private let tape: Tape
    private let substitutions: Substitutions
    private let meanings: UnsafeBufferPointer<DecodingScratch.Meaning>
    private var next = 0

    /// Of the object at the root, never 0; `more` is what belongs to it and is not on the tape under its own name.
    static func of(_ checks: borrowing MemberChecks, adding more: UInt64 = 0) -> UInt64 {
        checks.scratch.sortMeanings()
        return checks.scratch.meanings.withUnsafeBufferPointer { meanings in
            var walk = ContentHash(checks.tape, checks.substitutions, meanings)
            let hash = walk.object(Tape.root, adding: more)
            return hash == 0 ? 1 : hash
        }
    }

    private init(
        _ tape: Tape, _ substitutions: Substitutions, _ meanings: UnsafeBufferPointer<DecodingScratch.Meaning>
    ) {
        self.tape = tape
        self.substitutions = substitutions
        self.meanings = meanings
    }

    private mutating func object(_ object: Int, adding more: UInt64 = 0) -> UInt64 {
        let end = tape.closing(object)
        var key = object + 1
        var sum = more
        while key < end {
            let value = key + 1
            let hash = hash(value)
            // The sum of its members, so that their order makes no difference.
            if hash != 0 { sum &+= Self.member(tape.text(key), hash) }
            key = tape.after(value)
        }
        return Self.fold(sum ^ Self.seeds.0, Self.seeds.1)
    }

    private mutating func array(_ array: Int) -> UInt64 {
        let end = tape.closing(array)
        var entry = array + 1
        var chain = Self.seeds.2
        while entry < end {
            chain = Self.fold(chain ^ hash(entry), Self.seeds.3)
            entry = tape.after(entry)
        }
        return chain
    }

    /// 0 for what says nothing.
    @inline(__always)
    private mutating func hash(_ value: Int) -> UInt64 {
        if next < meanings.count, meanings[next].place <= value {
            while meanings[next].place < value {
                next += 1
                if next == meanings.count { return plain(value) }
            }
            if meanings[next].place == value { return meanings[next].hash }
        }
        return plain(value)
    }

    private mutating func plain(_ value: Int) -> UInt64 {
        switch tape.letter(value) {
        case Tape.Kind.string.rawValue: Self.hash(tape.text(value))
        case Tape.Kind.signed.rawValue: Self.hash(tape.signed(value))
        case Tape.Kind.unsigned.rawValue: Self.hash(tape.unsigned(value))
        case Tape.Kind.double.rawValue: number(value)
        case Tape.Kind.yes.rawValue: Self.hash(true)
        case Tape.Kind.no.rawValue: Self.hash(false)
        case Tape.Kind.object.rawValue: object(value)
        case Tape.Kind.array.rawValue: array(value)
        default: 0
        }
    }

    private func number(_ value: Int) -> UInt64 {
        guard let token = substitutions.number(at: value) else { return Self.hash(tape.double(value)) }
        if let number = Double(token), number.isFinite { return Self.hash(number) }
        return Self.hash(token)
    }
}

extension ContentHash {
    /// From the fraction of the square roots of the first primes; never changed, the hashes are stored.
    private static var seeds: (UInt64, UInt64, UInt64, UInt64) {
        (0x6A09_E667_F3BC_C908, 0xBB67_AE85_84CA_A73B, 0x3C6E_F372_FE94_F82B, 0xA54F_F53A_5F1D_36F1)
    }
    private static var textSeeds: (UInt64, UInt64) { (0x510E_527F_ADE6_82D1, 0x9B05_688C_2B3E_6C1F) }
    private static var numberSeeds: (UInt64, UInt64) { (0x1F83_D9AB_FB41_BD6B, 0x5BE0_CD19_137E_2179) }
    private static var timeSeed: UInt64 { 0xCBBB_9D5D_C105_9ED8 }

    @inline(__always)
    private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }

    /// What a member adds to its object.
    @inline(__always)
    static func member(_ name: Text, _ hash: UInt64) -> UInt64 {
        fold(self.hash(name) ^ seeds.3, hash ^ seeds.2)
    }

    /// `name` is the hash of the member's name.
    static func member(_ name: UInt64, _ hash: UInt64) -> UInt64 { fold(name ^ seeds.3, hash ^ seeds.2) }

    /// Eight bytes from any place in the text can be read.
    @inline(__always)
    static func hash(_ text: Text) -> UInt64 {
        let start = UnsafeRawPointer(text.base)
        if text.count < 8 {
            return hash(start.loadUnaligned(as: UInt64.self) & ((1 << (UInt64(text.count) * 8)) &- 1), text.count)
        }
        var chain = textSeeds.0
        var place = 0
        while text.count - place > 16 {
            let low = start.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            let high = start.loadUnaligned(fromByteOffset: place + 8, as: UInt64.self)
            chain = fold(low ^ chain, high ^ textSeeds.1)
            place += 16
        }
        let first = text.count - place < 8 ? text.count - 8 : place
        let low = start.loadUnaligned(fromByteOffset: first, as: UInt64.self)
        let high = start.loadUnaligned(fromByteOffset: text.count - 8, as: UInt64.self)
        return fold(low ^ chain, high ^ length(text.count) ^ textSeeds.1)
    }

    static func hash(_ text: String) -> UInt64 {
        var text = text
        return text.withUTF8 { bytes in
            guard let base = bytes.baseAddress, bytes.count >= 8 else {
                // Behind a shorter one there may be nothing to read.
                return hash(bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }, bytes.count)
            }
            return hash(Text(base: base, count: bytes.count))
        }
    }

    /// Of a text of less than eight bytes; the first is the lowest of `word`.
    @inline(__always)
    private static func hash(_ word: UInt64, _ count: Int) -> UInt64 {
        fold(word ^ textSeeds.0, length(count) ^ textSeeds.1)
    }

    @inline(__always)
    private static func length(_ count: Int) -> UInt64 { UInt64(truncatingIfNeeded: count) &* 0x9E37_79B9_7F4A_7C15 }

    @inline(__always)
    static func hash(_ number: Int64) -> UInt64 {
        fold(UInt64(bitPattern: number) ^ numberSeeds.0, numberSeeds.1)
    }

    @inline(__always)
    static func hash(_ number: UInt64) -> UInt64 {
        number <= UInt64(Int64.max) ? hash(Int64(number)) : fold(number ^ numberSeeds.1, numberSeeds.0)
    }

    /// Equal to that of the integer that it is.
    static func hash(_ number: Double) -> UInt64 {
        if let integer = Int64(exactly: number) { return hash(integer) }
        if let integer = UInt64(exactly: number) { return hash(integer) }
        return fold(number.bitPattern ^ seeds.0, numberSeeds.1)
    }

    /// Of an object without members.
    static var emptyObject: UInt64 { fold(seeds.0, seeds.1) }

    static func hash(_ truth: Bool) -> UInt64 { truth ? seeds.1 : seeds.3 }

    /// Of a time, in microseconds.
    @inline(__always)
    static func hash(time: Timestamp) -> UInt64 { fold(UInt64(bitPattern: Int64(time)) ^ timeSeed, seeds.1) }
}
