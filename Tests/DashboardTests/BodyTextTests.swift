import HTML
import JSON
import Testing

@testable import Dashboard

@Suite struct BodyScannerTests {
    private func text(_ body: String) -> String? {
        var scanner = BodyScanner(body.utf8)
        return scanner.pieces()?.map { piece in
            switch piece {
            case .text(let text), .value(let text, _, _), .end(let text, _, _): text
            }
        }.joined()
    }

    @Test func `a body keeps its order, its doubled members and its numbers`() {
        #expect(
            text(#" {"b":1.50,"a":[1e400,-0,"\u0041",{}],"b":12345678901234567890 , "c" : [ ] } "#) == #"""
                {
                  "b": 1.50,
                  "a": [
                    1e400,
                    -0,
                    "\u0041",
                    {}
                  ],
                  "b": 12345678901234567890,
                  "c": []
                }
                """#)
        #expect(text("7") == "7")
        #expect(text("\"a\\\"b\"") == "\"a\\\"b\"")
    }

    @Test(arguments: [
        "", " ", "{", "}", "[1", "[1,", "[1,]", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,}", "{a:1}", "{\"a\" 1}",
        "[1 2]", "1 2",
        "{} {}", "\"abc", "\"abc\\", "[\"", "]", ",", "[,1]", "{\"a\":}", "{:1}",
    ])
    func `what is cut or no JSON is none`(body: String) { #expect(text(body) == nil) }

    @Test func `what is cut anywhere is none, and nothing goes wrong`() {
        let body = Array(#"{"a":[1,{"b":"\\\"x"}],"c":null}"#.utf8)
        for length in 0..<body.count {
            var scanner = BodyScanner(body[..<length])
            let pieces = scanner.pieces()
            #expect(pieces == nil, "\(length)")
        }
        var whole = BodyScanner(body)
        let pieces = whole.pieces()
        #expect(pieces != nil)
    }

    @Test func `broken UTF-8 is none`() {
        for bytes in [[0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22]] as [[UInt8]] {
            var scanner = BodyScanner(bytes)
            let pieces = scanner.pieces()
            #expect(pieces == nil)
        }
    }

    @Test(arguments: ["[", "{\"a\":"]) func `a deep body is borne, and is not mostly white space`(opener: String) {
        let closer = opener == "[" ? "]" : "}"
        let body = String(repeating: opener, count: 10_000) + "1" + String(repeating: closer, count: 10_000)
        #expect(text(body)?.utf8.count ?? .max < 1_000_000)
        #expect(text(String(body.dropLast())) == nil)
    }

    @Test func `a pointer has parts`() {
        #expect(BodyScanner.parts("") == [])
        #expect(BodyScanner.parts("/") == [""])
        #expect(BodyScanner.parts("/a~1b/~0/~01/0") == ["a/b", "~", "~1", "0"])
        #expect(BodyScanner.parts("a") == nil)
    }
}

@Suite struct BodyTextTests {
    private func html(_ body: String, _ faults: [(pointer: String, detail: String)]) -> String {
        var html = HTMLText()
        let faults = faults.map { BodyFault(reason: "r", pointer: $0.pointer, detail: $0.detail) }
        BodyText(Array(body.utf8), faults: faults).write(to: &html)
        return html.text
    }

    private func marks(_ html: String) -> [String] {
        html.matches(of: /<mark( id="([^"]*)")?>([^<]*)<\/mark>/).map { "\($0.2 ?? "-") \($0.3)" }
    }

    @Test func `the value of the pointer is marked, and no other`() {
        let body = #"{"a":1,"b":[1,2,{"a":3}],"a/b":4,"~":5,"~1":6,"":7,"0":8}"#
        for (pointer, value) in [
            ("/a", "1"), ("/b/1", "2"), ("/b/2/a", "3"), ("/a~1b", "4"), ("/~0", "5"), ("/~01", "6"), ("/", "7"),
            ("/0", "8"),
            ("/b", "["), ("", "{"),
        ] {
            let html = html(body, [(pointer, "<wrong>")])
            #expect(marks(html) == ["fault-0 \(value)"], "\(pointer)")
            #expect(html.contains("</mark><span class=\"why\">  ← r: &lt;wrong&gt;</span>"))
        }
    }

    @Test func `a member that is missing is named where its object ends`() {
        let html = html(#"{"a":{"b":1},"c":[]}"#, [("/a/x", "needed"), ("/y", "needed"), ("/q/z", "needed")])
        #expect(marks(html) == ["fault-0 “x” is missing", "fault-1 “y” is missing"])
        #expect(html.contains("\n    <mark id=\"fault-0\">"))
        #expect(html.contains("</span>\n  }"), "before the end of its object")
    }

    @Test func `an element that is there is not missing, and one that is not there is`() {
        #expect(marks(html(#"{"a":[1,2]}"#, [("/a/1", "x")])) == ["fault-0 2"])
        #expect(marks(html(#"{"a":[1,2]}"#, [("/a/2", "x")])) == ["fault-0 “2” is missing"])
    }

    @Test func `a member that is there twice is marked twice, and led to once`() {
        #expect(marks(html(#"{"a":1,"a":2}"#, [("/a", "twice")])) == ["fault-0 1", "- 2"])
    }

    @Test func `two faults of one value stand beside it, each with its place`() {
        let html = html(#"{"a":1}"#, [("/a", "first"), ("/a", "second")])
        #expect(marks(html) == ["fault-0 1"])
        #expect(html.contains("<span id=\"fault-1\"></span>"))
        #expect(html.contains("← r: first"))
        #expect(html.contains("← r: second"))
    }

    @Test func `what is no JSON is marked as a whole, and shown by its bytes`() {
        let html = html("{\"a\":<b>", [("", "cut")])
        #expect(html.contains("<mark id=\"fault-0\">{&quot;a&quot;:&lt;b&gt;</mark>"))
        #expect(html.contains("000000  7b 22 61 22 3a 3c 62 3e"))
        #expect(html.contains("{&quot;a&quot;:&lt;b&gt;\n</pre>"))
    }

    @Test func `of a long body the beginning is shown`() {
        let html = html("[\"" + String(repeating: "x", count: 70_000) + "\"]", [])
        #expect(html.contains("Only the first 64 KiB are shown"))
        #expect(html.utf8.count < 80_000)
    }

    @Test func `hidden characters are shown by their numbers`() {
        #expect(html("{\"a\":\"\u{202E}\u{7F}\"}", []).contains("&quot;\\u{202E}\\u{7F}&quot;"))
    }

    @Test func `faults are read as the store keeps them`() {
        let faults = BodyFault.read(#"[{"code":"c","pointer":"/a","detail":"d"},7,{"code":1}]"#)
        #expect(faults.map(\.reason) == ["c", ""])
        #expect(faults.map(\.pointer) == ["/a", ""])
        #expect(BodyFault.read("").isEmpty)
        #expect(BodyFault.read("{}").isEmpty)
    }
}

@Suite struct RateMeterTests {
    private let second: UInt64 = 1_000_000_000

    @Test func `there is a rate from the second time on`() {
        let meter = RateMeter()
        #expect(meter.rate(of: 100, at: 100 * second) == nil)
        #expect(meter.rate(of: 100, at: 100 * second + second / 4) == nil)
        #expect(meter.rate(of: 150, at: 102 * second) == 25)
        #expect(meter.rate(of: 160, at: 104 * second) == 15)
    }

    @Test func `it is that of the last minute`() {
        let meter = RateMeter()
        _ = meter.rate(of: 0, at: 0)
        _ = meter.rate(of: 1000, at: 30 * second)
        #expect(meter.rate(of: 1300, at: 60 * second) == 1300.0 / 60)
        #expect(meter.rate(of: 1300, at: 61 * second) == 300.0 / 31)
        #expect(meter.rate(of: 1300, at: 500 * second) == nil, "nobody asked for a minute")
    }
}
