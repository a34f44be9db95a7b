import Dashboard
import Testing

@Suite struct FormValuesTests {
    @Test func `what was encoded is read as what it was`() {
        let scalars = Array("ab&=+%?#/\\;. ~\"<>\u{0}\u{7F}\u{80}ü€😀\u{FFFD}\r\n".unicodeScalars)
        func word() -> String {
            var text = ""
            for _ in 0..<Int.random(in: 0...6) { text.unicodeScalars.append(scalars.randomElement()!) }
            return text
        }
        for _ in 0..<500 {
            let values = FormValues((0..<Int.random(in: 0...5)).map { _ in FormValues.Pair(word(), word()) })
            #expect(FormValues(encoded: values.encoded) == values, "\(values.encoded)")
        }
    }

    @Test func `pairs keep their order, and names may be there several times`() {
        let values = FormValues(encoded: "b=1&a=2&&b=3&c&=4&d=x=y")
        #expect(
            values?.pairs == [
                FormValues.Pair("b", "1"), FormValues.Pair("a", "2"), FormValues.Pair("b", "3"),
                FormValues.Pair("c", ""), FormValues.Pair("", "4"), FormValues.Pair("d", "x=y"),
            ])
        #expect(values?["b"] == "1")
        #expect(values?.all("b") == ["1", "3"])
        #expect(values?["x"] == nil)
        #expect(FormValues(encoded: "") == FormValues())
        #expect(FormValues(encoded: "a=1+2%2B3")?["a"] == "1 2+3")
    }

    @Test(arguments: [
        "a=%", "a=%4", "a=%4g", "a=%G4", "%=1", "a=%FF", "a=%C3", "a=%C3%28", "a=%ED%A0%80", "a=%C0%AF", "a=%u0041",
        "a=1&b=%",
    ])
    func `a broken escape, and what is no UTF-8, is refused`(text: String) { #expect(FormValues(encoded: text) == nil) }

    @Test func `an escape of an escape is opened once`() { #expect(FormValues(encoded: "a=%2541")?["a"] == "%41") }

    @Test func `there may be 200 pairs and no more`() {
        #expect(FormValues(encoded: [String](repeating: "a=1", count: 200).joined(separator: "&"))?.pairs.count == 200)
        #expect(FormValues(encoded: [String](repeating: "a=1", count: 201).joined(separator: "&")) == nil)
    }
}

@Suite struct URLTextTests {
    @Test func `whatever is not plain is escaped, so that it may stand anywhere in an address`() {
        #expect(URLText.encoded("aZ09-_~") == "aZ09-_~")
        #expect(URLText.encoded("/?#%&=+ ;\"'<>") == "%2F%3F%23%25%26%3D%2B%20%3B%22%27%3C%3E")
        #expect(URLText.encoded("ü\u{0}\n") == "%C3%BC%00%0A")
    }

    @Test func `what is only dots would be a step in a path`() {
        #expect(URLText.encoded(".") == "%2E")
        #expect(URLText.encoded("..") == "%2E%2E")
        #expect(URLText.encoded("a.b") == "a.b")
    }

    @Test func `a part of a path is read, in which a plus is a plus`() {
        #expect(URLText.decoded("a+b%20c") == "a+b c")
        for text in ["", "..", "a/b?c#d", "100 %", "\u{0}", "😀\u{202E}"] {
            #expect(URLText.decoded(URLText.encoded(text)) == text)
        }
        for text in ["%", "%2", "%zz", "%FF"] { #expect(URLText.decoded(text) == nil) }
    }
}

@Suite struct PageURLTests {
    private let url = PageURL("/telemetry/events/", ["days": "7", "action": "VIEWED", "action": "IGNORED"])

    @Test func `a value takes the place of all of its name`() {
        #expect(url.with("action", "ACCEPTED").text == "/telemetry/events/?days=7&action=ACCEPTED")
        #expect(url.with("action", nil).text == "/telemetry/events/?days=7")
        #expect(url.with(["days": nil, "sort": "-date"]).text.hasSuffix("?action=VIEWED&action=IGNORED&sort=-date"))
        #expect(url.without("action", "days").text == "/telemetry/events/")
    }

    @Test func `a file has the address of its page with an ending, and the page that of its file`() {
        #expect(url.without("action").format(.csv).text == "/telemetry/events.csv?days=7")
        for format in PageFormat.allCases { #expect(url.format(format).bare(format) == url) }
        #expect(PageURL("/telemetry/events.json").bare(.csv).path == "/telemetry/events.json")
    }
}
