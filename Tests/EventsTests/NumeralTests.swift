import Glibc
import Testing

@testable import Events

struct NumeralTests {
    /// As simdjson leaves a text: with zeros behind it.
    private static func read(_ text: String) -> Numeral? {
        var bytes = Array(text.utf8) + [UInt8](repeating: 0, count: 8)
        return bytes.withUnsafeMutableBufferPointer { bytes in
            Numeral(Text(base: UnsafePointer(bytes.baseAddress!), count: bytes.count - 8))
        }
    }

    @Test(arguments: [
        "", "-", "+1", "01", "-01", "1.", ".5", "1e", "1e+", "1.e1", " 1", "1 ", "1x", "0x1", "inf", "nan", "1e999",
        "--1",
        "1\0",
    ])
    func `a text that is no JSON number, or out of reach, is none`(text: String) {
        #expect(Self.read(text) == nil)
    }

    @Test(arguments: [
        "0", "-0", "7", "-12", "999999999999999", "1000000000000000", "9007199254740993", "9223372036854775807",
        "-9223372036854775808",
    ])
    func `an integer of 64 bits is read exactly`(text: String) throws {
        guard case .integer(let integer)? = Self.read(text) else { throw Unexpected() }
        #expect(integer == Int64(text))
    }

    struct Unexpected: Error {}

    @Test func `any other number is what the C library makes of it`() throws {
        var generator = SystemRandomNumberGenerator()
        var texts = [
            "0.0", "-0.0", "1e3", "1E-3", "0.1", "99.9", "12345678.1234567", "12345678.12345678", "0.000000000000001",
            "9223372036854775808", "5e-324", "1.7976931348623157e308", "123456789012345.6", "-0.30000000000000004",
        ]
        for _ in 0..<20_000 {
            let (whole, places) = (generator.next() >> UInt64.random(in: 1..<64), Int.random(in: 1...18))
            let fraction = (0..<places).map { _ in String(Int.random(in: 0...9)) }.joined()
            texts.append("\(Bool.random() ? "-" : "")\(whole).\(fraction)")
        }
        for text in texts {
            guard case .double(let number)? = Self.read(text) else { throw Unexpected() }
            #expect(number.bitPattern == strtod(text, nil).bitPattern, "\(text)")
        }
    }

    @Test(arguments: [0, 1, -1, 9, 10, 1234567, Int64.min, Int64.max])
    func `digits of an id are those of the number`(number: Int64) {
        let scratch = DecodingScratch()
        withExtendedLifetime(scratch) {
            #expect(scratch.show(number.magnitude, isNegative: number < 0).string == "\(number)")
        }
    }

    @Test func `counts of warnings have room for every code`() {
        var counts = WarningCounts()
        for (index, code) in Warning.Code.allCases.enumerated() { counts.add(code, index + 1) }
        for (index, code) in Warning.Code.allCases.enumerated() { #expect(counts[code] == index + 1) }
        #expect(counts.sum == (1...Warning.Code.allCases.count).reduce(0, +))
    }

    /// Quotes and backslashes at every place of the eight bytes that are looked at together.
    @Test func `a string ends at the first quote that no backslash stands before`() {
        for length in 0..<40 {
            for place in 0...length {
                for special in ["", #"\""#, #"\\"#, "é", "\u{0122}", "#]}", "!"] {
                    let plain =
                        String(repeating: "x", count: place) + special + String(repeating: "y", count: length - place)
                    let body = Array(#"{"\#(plain)":["\#(plain)"],"end":1}"#.utf8)
                    body.withUnsafeBytes { body in
                        var found: [String] = []
                        JSONMemberScanner.forEachMember(of: 0..<body.count, in: body) { name, value in
                            found.append(String(decoding: body[name], as: UTF8.self))
                            found.append(String(decoding: body[value], as: UTF8.self))
                        }
                        #expect(found == [#""\#(plain)""#, #"["\#(plain)"]"#, #""end""#, "1"])
                    }
                }
            }
        }
    }
}
