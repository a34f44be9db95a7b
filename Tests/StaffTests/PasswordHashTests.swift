import Staff
import Testing

@Suite struct PasswordHashTests {
    @Test(arguments: Hashes.good) func acceptsTheFormatsOfTheDocumentation(_ text: String) throws {
        let hash = try PasswordHash(parsing: text)
        #expect(hash.accepts("correct horse"))
        #expect(!hash.accepts("correct horsf"))
        #expect(!hash.accepts(""))
        #expect("\(hash)" == "***" && String(reflecting: hash) == "***")
    }

    @Test(
        arguments: [
            // The whole of DES, MD5, SHA-256, SHA-512 and SHA-1, each of "correct horse".
            ("abhfCpXqd4GrI", .weak("a DES hash")),
            ("$1$.2U.1EE/$uXEYrIADjhoXPNZSp8QAd/", .weak("an MD5 hash ($1$)")),
            ("$5$.2U.1EE/4Q.07ck0$n.5sLr33.PxAm7vj5tsLv0fSDSQQp1VA9O4upsWex12", .weak("a SHA-256 hash ($5$)")),
            (
                "$6$.2U.1EE/4Q.07ck0$yzzPIboYVWzy2.MaEde/h5k2w6FafxAQChXpPjhZa3bWpb/0tNNx46GqiWDngFIxQYYAAEDxUL1OoqZBcI.P60",
                .weak("a SHA-512 hash ($6$)")
            ),
            ("$sha1$261888$4I./7Uk/AgU0$Eay/C2SIqP2XyeT/LWJSO1e952Di", .weak("a hash of an old kind ($sha1$)")),
            (
                "$2a$10$..CA.uOD/eaGAOmJB.yMBuvDN6CYo3Tm7ezZ/XWxzm7yB3Os41bhG",
                .weak("a bcrypt hash of an old kind ($2a$)")
            ),
            ("$2b$04$..CA.uOD/eaGAOmJB.yMBuM872uvtNqimzkCcRocGwv7haFzmUZ5a", .weak("a bcrypt hash of cost 4")),
            ("$2b$15$..CA.uOD/eaGAOmJB.yMBuM872uvtNqimzkCcRocGwv7haFzmUZ5a", .tooDear),
            (
                "$y$j8T$.2U.1EE/4Q.07ck0AoU1D.$A.U4lMdfVA5SIXpRYGKARe11wd5hZDJjxbw.8GOA1k6",
                .weak("a hash that needs less than 16 MiB to check")
            ),
            ("$y$jDT$.2U.1EE/4Q.07ck0AoU1D.$A.U4lMdfVA5SIXpRYGKARe11wd5hZDJjxbw.8GOA1k6", .tooDear),
            ("$y$jFT$.2U.1EE/4Q.07ck0AoU1D.$A.U4lMdfVA5SIXpRYGKARe11wd5hZDJjxbw.8GOA1k6", .tooDear),
            ("$7$GU..../.....2U.1EE/4Q.07ck0AoU1D.$kL.qlm0R9GC23hBNLqYOOv1lB4Umh9aSPyv9IU.yiu9", .tooDear),
            // p = 2, t = 1 and another flavour: what these cost stands elsewhere.
            ("$7$CU....0.....2U.1EE/4Q.07ck0AoU1D.$kL.qlm0R9GC23hBNLqYOOv1lB4Umh9aSPyv9IU.yiu9", .unknownParameters),
            ("$y$j9T/.$.2U.1EE/4Q.07ck0AoU1D.$A.U4lMdfVA5SIXpRYGKARe11wd5hZDJjxbw.8GOA1k6", .unknownParameters),
            ("$y$.9T$.2U.1EE/4Q.07ck0AoU1D.$A.U4lMdfVA5SIXpRYGKARe11wd5hZDJjxbw.8GOA1k6", .unknownParameters),
            ("$y$j$.2U.1EE/4Q.07ck0AoU1D.$A.U4lMdfVA5SIXpRYGKARe11wd5hZDJjxbw.8GOA1k6", .unknownParameters),
            // Cut off, and with a character that is none.
            ("$y$j9T$.2U.1EE/4Q.07ck0AoU1D.$A.U4lMdfVA5SIXpRYGKARe11wd5hZDJjxbw.8GOA1k", .broken),
            ("$y$j9T$.2U.1EE/4Q.07ck0AoU1D.", .broken),
            ("$y$j9T$.2U.1EE/4Q.07ck0 AoU1D.$A.U4lMdfVA5SIXpRYGKARe11wd5hZDJjxbw.8GOA1k6", .broken),
            ("$2b$10$short", .broken),
            ("$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$aGFzaA", .unknownMethod),
            ("correct horse", .noHash),
            ("", .noHash),
            ("$", .noHash),
            (String(repeating: "$y$", count: 100), .noHash),
        ] as [(String, PasswordHash.Problem)])
    func refusesOthersAndSaysWhy(_ text: String, _ problem: PasswordHash.Problem) throws {
        #expect(throws: problem) { try PasswordHash(parsing: text) }
        #expect("\(problem)".contains("alidade staff passwd NAME"))
    }

    /// Whatever a file has in it: an answer, and never a hash that would cost more than it may.
    @Test func survivesDamagedHashes() throws {
        var generator = SeededGenerator(state: 7)
        var accepted = 0
        for _ in 0..<20_000 {
            var bytes = Array(Hashes.good.randomElement(using: &generator)?.utf8 ?? "".utf8)
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let place = Int.random(in: 0..<min(16, bytes.count), using: &generator)
                bytes[place] = UInt8.random(in: 0x21...0x7E, using: &generator)
            }
            if Bool.random(using: &generator) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &generator)) }
            guard let hash = try? PasswordHash(parsing: String(decoding: bytes, as: UTF8.self)) else { continue }
            accepted += 1
            #expect(hash.memory <= 128 << 20)
            // Nor one that is no copy of what was given.
            let line = "a:analyst:\(String(decoding: bytes, as: UTF8.self))\n"
            #expect(try staff(line).text == line)
        }
        #expect(accepted > 100, "damage to a salt is none")
    }

    @Test func makesAnotherHashEachTime() throws {
        let first = try #require(PasswordHash.make("päss wörd"))
        let second = try #require(PasswordHash.make("päss wörd"))
        #expect(first != second)
        #expect(first.accepts("päss wörd") && second.accepts("päss wörd") && !first.accepts("pass word"))
    }

    @Test func refusesPasswordsThatCryptWouldCut() throws {
        #expect(PasswordHash.make("") == nil)
        #expect(PasswordHash.make("before\0behind") == nil)
        #expect(PasswordHash.make(String(repeating: "x", count: 512)) == nil)
        let longest = String(repeating: "x", count: PasswordHash.longestPassword)
        #expect(try #require(PasswordHash.make(longest)).accepts(longest))
        #expect(!(try PasswordHash(parsing: Hashes.yescrypt5)).accepts("correct horse\0"))
    }
}
