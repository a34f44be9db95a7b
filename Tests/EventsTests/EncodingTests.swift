import Testing

@testable import Events

/// Content type, content encoding, compression, byte order marks.
@Suite struct EncodingTests {
    private let event = DecoderHarness.intelligence

    @Test(arguments: [
        nil, "", "application/json", "Application/JSON", "application/json; charset=utf-8", "application/json ;x",
        "application/vnd.och+json",
        "application/cloudevents+json; charset=UTF-8", "application/problem+JSON",
    ])
    func `a type of JSON is read without a word`(type: String?) {
        let opened = Opened(event, Wrapping(contentType: type))
        #expect(opened.event == event)
        #expect(opened.isPlain)
    }

    @Test(arguments: [
        "text/plain", "text/json", "application/x-json", "application/octet-stream", "json", "+json",
        "application/json5",
    ])
    func `an object of any other type is read with a warning`(type: String) {
        let opened = Opened(event, .type(type))
        #expect(opened.event == event)
        #expect(opened.errors == [] && opened.warnings == ["content_type "])
        #expect(opened.details[0].contains("\"\(type)\""))
        #expect(Opened(event, Wrapping(contentType: type, isStrict: true)).errors == ["unsupported_encoding "])
    }

    @Test func `what is announced as something else and is no JSON is refused for its type`() {
        #expect(Opened([0x82, 0xA1, 0x61], .type("application/msgpack")).errors == ["unsupported_encoding "])
        #expect(Opened("[\(event)]", .type("text/plain")).errors == ["not_an_object "])
    }

    @Test(arguments: [
        nil, "", "utf-8", "UTF-8", "utf8", "us-ascii", "ASCII", "identity", "8bit", "binary", "Identity, utf-8",
        " utf-8 ", "utf-8,",
    ])
    func `an encoding that changes no byte is read without a word`(encoding: String?) {
        let opened = Opened(event, Wrapping(contentEncoding: encoding))
        #expect(opened.event == event)
        #expect(opened.isPlain)
    }

    @Test(arguments: ["br", "zstd", "base64", "utf-16", "iso-8859-1", "gzip, gzip", "utf-8, br", "compress"])
    func `any other encoding is refused, beside what else is wrong`(encoding: String) {
        #expect(Opened(event, .encoding(encoding)).errors == ["unsupported_encoding "])
        #expect(Opened(event, .encoding(encoding)).event == event)
        #expect(Opened("[]", .encoding(encoding)).errors == ["unsupported_encoding ", "not_an_object "])
        #expect(Opened([0xFF, 0, 1], .encoding(encoding)).errors == ["unsupported_encoding "])
    }

    private static let announcements = [
        Wrapping.encoding("gzip"), .encoding("GZIP"), .encoding("x-gzip"), .encoding("deflate"),
        .encoding("gzip, utf-8"),
        .encoding("utf-8,gzip"), .headers(#"{"compression":"application/x-gzip"}"#),
        .headers(#"{"compression":"zlib"}"#),
        .headers(#"{"a":1,"Compression":"gzip"}"#),
        Wrapping(contentEncoding: "utf-8", headers: #"{"compression":"application/x-gzip"}"#),
        Wrapping(contentEncoding: "gzip", headers: #"{"compression":"gzip"}"#),
    ]

    @Test(arguments: announcements, Compression.Format.allCases)
    func `what is compressed is inflated, in whichever format`(wrapping: Wrapping, format: Compression.Format) {
        let opened = Opened(Compression.compress(Array(event.utf8), format), wrapping)
        #expect(opened.event == event)
        #expect(opened.isPlain)
    }

    @Test func `another compression of kombu's is refused, a header of that name on a plain body is not`() {
        let wrapping = Wrapping.headers(#"{"compression":"application/x-bz2"}"#)
        #expect(Opened([0x42, 0x5A, 0x68, 0x39], wrapping).errors == ["unsupported_encoding "])
        #expect(Opened(event, wrapping).isPlain)
    }

    @Test func `several members of gzip are one body`() {
        let (head, tail) = (Array(event.utf8.prefix(20)), Array(event.utf8.dropFirst(20)))
        let opened = Opened(Compression.compress(head, .gzip) + Compression.compress(tail, .gzip), .encoding("gzip"))
        #expect(opened.event == event)
    }

    @Test(arguments: Compression.Format.allCases)
    func `never more is inflated than a body may have`(format: Compression.Format) {
        let largest = #"{"action_taken":""# + String(repeating: "x", count: 1000 - 19) + #""}"#
        #expect(largest.utf8.count == 1000)
        let wrapping = Wrapping(contentEncoding: "gzip", limit: 1000)
        #expect(Opened(Compression.compress(Array(largest.utf8), format), wrapping).errors == [])
        let opened = Opened(Compression.compress(Array((largest + " ").utf8), format), wrapping)
        #expect(opened.errors == ["too_large "])
        #expect(opened.details[0].contains("more than 1000 bytes"))
    }

    @Test func `a bomb takes no more memory than the limit`() {
        let batch = DeliveryBatch()
        let bomb = Compression.compress([UInt8](repeating: 0x20, count: 50_000_000), .gzip)
        Wrapping.encoding("gzip").deliver(bomb, from: .profiler, to: batch)
        let before = batch.bytes.count
        var decoder = MessageDecoder(limits: DecodingLimits())
        decoder.decide(0, in: batch, now: DecoderHarness.now)
        #expect(batch.rejections.first?.errors.map(\.reason) == [.tooLarge])
        #expect(batch.bytes.count - before < 1000)
    }

    @Test(arguments: Compression.Format.allCases)
    func `what cannot be inflated is refused with the reason`(format: Compression.Format) {
        let body = Compression.compress(Array(event.utf8), format)
        for broken in [Array(body.dropLast(3)), body + [1], body + Array("{}".utf8), Array(body.prefix(1)), []] {
            let opened = Opened(broken, .encoding("gzip"))
            #expect(opened.errors == ["unsupported_encoding "])
            #expect(opened.details[0].contains("cannot be inflated"))
            #expect(opened.event == nil)
        }
    }

    @Test func `no compressed bytes make it read beyond the end`() {
        var random = SeededRandom(seed: 17)
        for format in Compression.Format.allCases {
            let body = Compression.compress(Array(event.utf8), format)
            for _ in 0..<2000 {
                let opened = Opened(
                    Mutation.random(of: body, using: &random), Wrapping(contentEncoding: "gzip", limit: 5000))
                #expect(opened.event?.utf8.count ?? 0 <= 5000)
            }
        }
    }

    @Test func `a body that somebody has inflated on the way is read with a warning`() {
        let opened = Opened(event, .encoding("gzip"))
        #expect(opened.event == event)
        #expect(opened.warnings == ["content_type "])
        #expect(Opened(event, Wrapping(contentEncoding: "gzip", isStrict: true)).errors == ["unsupported_encoding "])
    }

    @Test func `a byte order mark is skipped with a warning`() {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let opened = Opened(mark + Array(event.utf8))
        #expect(opened.event == event)
        #expect(opened.errors == [] && opened.warnings == ["byte_order_mark "])
        #expect(
            Opened(Compression.compress(mark + Array(event.utf8), .gzip), .encoding("gzip")).warnings == [
                "byte_order_mark "
            ])
        #expect(Opened(mark + Array(event.utf8), Wrapping(isStrict: true)).errors == ["not_json "])
        #expect(Opened(mark).errors == ["not_json "])
        #expect(Opened(mark + mark + Array(event.utf8)).errors == ["not_json "])
    }

    @Test(arguments: [
        ([0xFF, 0xFE, 0x7B, 0], "UTF-16"), ([0xFE, 0xFF, 0, 0x7B], "UTF-16"), ([0x7B, 0, 0x22, 0], "UTF-16"),
        ([0, 0x7B, 0, 0x22], "UTF-16"),
        ([0xFF, 0xFE, 0, 0, 0x7B, 0, 0, 0], "UTF-32"), ([0, 0, 0xFE, 0xFF, 0, 0, 0, 0x7B], "UTF-32"),
        ([0x7B, 0, 0, 0, 0x22, 0, 0, 0], "UTF-32"),
        ([0x1F, 0x8B, 8, 0, 0], "compressed with gzip"),
    ])
    func `text in another encoding is named`(body: [UInt8], name: String) {
        let opened = Opened(body)
        #expect(opened.errors == ["not_utf8 "])
        #expect(opened.details[0].contains(name))
    }

    @Test(arguments: [
        ("NaN", "NaN"), ("Infinity", "Infinity"), ("-Infinity", "-Infinity"), ("-inf", "-inf"), ("nan", "NaN"),
        ("[1, NaN]", "NaN"),
        ("None", "None"), ("True", "True"), ("undefined", "undefined"), ("'a'", "Python"),
    ])
    func `what other languages print for a value is named`(value: String, name: String) {
        let opened = Opened(#"{"action_taken":"VIEWED","a":\#(value)}"#)
        #expect(opened.errors == ["not_json "])
        #expect(opened.details[0].contains(name) && opened.details[0].contains(" at byte "))
        if ["NaN", "Infinity", "-Infinity", "-inf"].contains(name) { #expect(opened.details[0].contains("send null")) }
    }
}
