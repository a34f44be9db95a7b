import Testing

@testable import SQLiteStore

struct CompactIDTests {
    private static let uuid = "0189abcd-ef01-4234-8567-89abcdef0fed"

    private func key(_ bytes: [UInt8]) -> UUIDKey? { bytes.withUnsafeBytes { UUIDKey($0) } }

    @Test
    func `a UUID is kept as its bytes, in the order of its text`() throws {
        let known = try #require(key(Array(Self.uuid.utf8)))
        #expect(known.high == 0x0189_abcd_ef01_4234 && known.low == 0x8567_89ab_cdef_0fed)
        var random = SystemRandomNumberGenerator()
        for _ in 0..<1000 {
            let digits = (0..<32).map { _ in "0123456789abcdef".randomElement(using: &random)! }
            let text = digits.enumerated().map { [8, 12, 16, 20].contains($0) ? "-\($1)" : "\($1)" }.joined()
            let found = try #require(key(Array(text.utf8)))
            #expect(found.high == UInt64(String(digits[..<16]), radix: 16)!)
            #expect(found.low == UInt64(String(digits[16...]), radix: 16)!)
        }
    }

    @Test
    func `whatever is spelled in another way is a text`() {
        let valid = Array(Self.uuid.utf8)
        for place in valid.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = valid
                changed[place] = byte
                let isHyphen = [8, 13, 18, 23].contains(place)
                let isFine = isHyphen ? byte == 0x2d : "0123456789abcdef".utf8.contains(byte)
                #expect((key(changed) != nil) == isFine, "byte \(byte) at \(place)")
            }
        }
        #expect(key(Array(valid.dropLast())) == nil && key(valid + [0x30]) == nil && key([]) == nil)
    }
}
