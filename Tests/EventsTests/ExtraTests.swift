import Events
import Testing

/// What no column of an intelligence event has is kept as it came.
@Suite struct ExtraTests {
    private func extra(_ members: String) throws -> String? {
        let batch = DecoderHarness.decide(DecoderHarness.intelligence.dropLast() + members + "}", from: .intelligence)
        let event = try #require(batch.intelligence.first)
        return event.extra.map { batch.bytes.text($0) }
    }

    @Test func `nothing more is nothing, and neither are null and an empty text in a known member`() throws {
        #expect(try extra("") == nil)
        #expect(try extra(#","tenant":null,"context":null,"propensity":"","created_at":null"#) == nil)
    }

    @Test func `values stay as they are spelled`() throws {
        #expect(
            try extra(#","a" : 1.50 ,"b\u0041":"\u0041 \"}","c":{"d":[1, {"e":"]"}]},"f":"""#)
                == #"{"a":1.50,"b\u0041":"\u0041 \"}","c":{"d":[1, {"e":"]"}]},"f":""}"#)
    }

    /// With few members the names are compared, with many they are looked up.
    @Test(arguments: [0, 100]) func `of a member that is given twice the last one counts, however it is spelled`(
        others: Int
    ) throws {
        let more = (0..<others).map { #","m\#($0)":\#($0)"# }.joined()
        let all = try #require(try extra(#","a":1,"z":0\#(more),"\u0061":2,"z":null"#))
        #expect(all.hasSuffix(#""\u0061":2}"#) && !all.contains(#""a":1"#))
        // The last one is null, which is nothing.
        #expect(!all.contains(#""z""#))
        #expect(all.split(separator: ",").count == others + 1)
    }
}
