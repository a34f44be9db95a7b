/// What it takes to check a password against a hash, read from the hash itself.
struct CryptCost: Sendable, Equatable {
    enum Method: Sendable { case yescrypt, gostYescrypt, scrypt, bcrypt }

    var method: Method
    /// Bytes that the derivation needs; 0 for bcrypt, which needs next to none.
    var memory: Int
    /// For comparing hashes of different methods: about the microseconds on the machine of the first measurements.
    var effort: Int

    /// Debian's own default for `passwd`.
    static let leastMemory = 16 << 20
    /// A pasted hash of the highest cost would take a gigabyte for each login.
    static let mostMemory = 128 << 20
    static let bcryptRounds = 10...14

    /// - Throws: What is wrong with the hash and what to do, without the hash.
    init(of hash: String) throws(PasswordHash.Problem) {
        let parts = hash.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0].isEmpty else {
            if hash.utf8.count == 13, Self.isAlphabet(hash[...]) { throw .weak("a DES hash") }
            throw .noHash
        }
        switch parts[1] {
        case "y", "gy": self = try Self.yescrypt(parts, parts[1] == "y" ? .yescrypt : .gostYescrypt)
        case "7": self = try Self.scrypt(parts)
        case "2b", "2y": self = try Self.bcrypt(parts)
        case "2a", "2x": throw .weak("a bcrypt hash of an old kind ($\(parts[1])$)")
        case "1", "md5", "apr1": throw .weak("an MD5 hash ($\(parts[1])$)")
        case "5": throw .weak("a SHA-256 hash ($5$)")
        case "6": throw .weak("a SHA-512 hash ($6$)")
        case "sha1", "3": throw .weak("a hash of an old kind ($\(parts[1])$)")
        default: throw .unknownMethod
        }
    }

    private init(_ method: Method, memory: Int, effort: Int) {
        self.method = method
        self.memory = memory
        self.effort = effort
    }

    /// `$y$j9T$SALT$HASH`: a flavour, log2 of N and r, in numbers of their own.
    private static func yescrypt(_ parts: [Substring], _ method: Method) throws(PasswordHash.Problem) -> CryptCost {
        guard parts.count == 5, isAlphabet(parts[3]), parts[3].utf8.count <= 86, isAlphabet(parts[4]),
            parts[4].utf8.count == 43
        else { throw .broken }
        var rest = parts[2].utf8[...]
        // j: all of yescrypt's defaults. Whatever follows r would change what it costs.
        guard rest.popFirst() == UInt8(ascii: "j"), let exponent = number(&rest, from: 1),
            let r = number(&rest, from: 1),
            rest.isEmpty
        else { throw .unknownParameters }
        return try memoryHard(method, exponent, r)
    }

    /// `$7$NrrrrrpppppSALT$HASH`
    private static func scrypt(_ parts: [Substring]) throws(PasswordHash.Problem) -> CryptCost {
        let digits = parts[2].utf8.compactMap(digit)
        guard parts.count == 4, digits.count == parts[2].utf8.count, digits.count > 11, isAlphabet(parts[3]),
            parts[3].utf8.count == 43
        else { throw .broken }
        func number(_ range: Range<Int>) -> Int { digits[range].reversed().reduce(0) { $0 << 6 | $1 } }
        guard number(6..<11) == 1 else { throw .unknownParameters }
        return try memoryHard(.scrypt, digits[0], number(1..<6))
    }

    private static func memoryHard(_ method: Method, _ exponent: Int, _ r: Int) throws(PasswordHash.Problem)
        -> CryptCost
    {
        guard exponent < 32, r > 0, r < 1 << 20 else { throw .tooDear }
        let memory = 128 * r << exponent
        if memory < leastMemory { throw .weak("a hash that needs less than \(leastMemory >> 20) MiB to check") }
        guard memory <= mostMemory else { throw .tooDear }
        return CryptCost(method, memory: memory, effort: memory >> 20 * 1250)
    }

    /// `$2b$12$` and 53 characters.
    private static func bcrypt(_ parts: [Substring]) throws(PasswordHash.Problem) -> CryptCost {
        guard parts.count == 4, parts[2].utf8.count == 2, let rounds = Int(parts[2]), isAlphabet(parts[3]),
            parts[3].utf8.count == 53
        else { throw .broken }
        if rounds < bcryptRounds.lowerBound { throw .weak("a bcrypt hash of cost \(rounds)") }
        guard rounds <= bcryptRounds.upperBound else { throw .tooDear }
        return CryptCost(.bcrypt, memory: 0, effort: 49 << rounds)
    }

    // MARK: The alphabet of crypt(3)

    private static func isAlphabet(_ text: Substring) -> Bool { text.utf8.allSatisfy { digit($0) != nil } }

    private static func digit(_ byte: UInt8) -> Int? {
        switch byte {
        case UInt8(ascii: "."): 0
        case UInt8(ascii: "/"): 1
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0")) + 2
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(byte - UInt8(ascii: "A")) + 12
        case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(byte - UInt8(ascii: "a")) + 38
        default: nil
        }
    }

    /// A number as yescrypt writes it: the first digit says how many follow.
    private static func number(_ bytes: inout Substring.UTF8View.SubSequence, from least: Int) -> Int? {
        guard let first = bytes.popFirst().flatMap(digit) else { return nil }
        var (start, end, following, value) = (0, 47, 0, least)
        while first > end {
            value += (end + 1 - start) << (6 * following)
            start = end + 1
            end = start + (62 - end) / 2
            following += 1
        }
        value += (first - start) << (6 * following)
        for place in (0..<following).reversed() {
            guard let next = bytes.popFirst().flatMap(digit) else { return nil }
            value += next << (6 * place)
        }
        return value
    }
}
