import Dashboard
import Testing

@Suite struct ParametersTests {
    private func parameters(_ query: String) -> Parameters {
        Parameters(PageURL("/telemetry/events/", FormValues(encoded: query) ?? FormValues()))
    }

    private func fault(_ query: String, _ read: (inout Parameters) -> Void) -> PageFault? {
        var parameters = parameters(query)
        read(&parameters)
        do throws(PageFault) { try parameters.finish() } catch { return error }
        return nil
    }

    @Test func `good values are read by their types`() throws {
        var parameters = parameters("n=7&x=2.5&w=b&t=1&t=2&t=&f=1&g=0&e=&s=hi")
        let integer = parameters.integer("n", in: 1...10)
        let number = parameters.number("x", in: 0...3)
        let word = parameters.word("w", of: ["a", "b"])
        let texts = parameters.texts("t")
        let flags = ["f", "g", "missing"].map { parameters.flag($0) }
        let empty = parameters.text("e")
        let value = parameters.value("s") { $0 + "!" }
        try parameters.finish()
        #expect(integer == 7)
        #expect(number == 2.5)
        #expect(word == "b")
        #expect(texts == ["1", "2"])
        #expect(flags == [true, false, false])
        #expect(empty == nil, "one that is empty is none")
        #expect(value == "hi!")
    }

    @Test func `everything that is wrong is told at once, with the address without it`() {
        let fault = fault("days=0&max=1e5&sort=dat&f=yes&tz=Mars&good=1&dasy=3") { parameters in
            _ = parameters.integer("days", in: 1...365)
            _ = parameters.integer("max", in: 1...10)
            _ = parameters.word("sort", of: ["date", "signal"])
            _ = parameters.flag("f")
            _ = parameters.value("tz") { text throws(ParameterError) -> Int in
                throw ParameterError("there is no zone \(text)")
            }
            _ = parameters.flag("good")
        }
        #expect(fault?.status == 400)
        #expect(
            fault?.lines == [
                "days is “0”, not a whole number from 1 to 365.", "max is “1e5”, not a whole number from 1 to 10.",
                "sort is “dat”, not one of date, signal; did you mean date?", "f is “yes”, not one of 0, 1.",
                "there is no zone Mars.", "there is no parameter “dasy”; did you mean days?",
            ])
        #expect(fault?.links.first?.url == "/telemetry/events/?good=1")
    }

    @Test(arguments: ["n=1&n=1", "n=1&n=2", "n=&n=1"])
    func `one that may be there once is refused where it is there twice`(query: String) {
        #expect(fault(query) { _ = $0.integer("n", in: 0...9) }?.lines == ["n is there 2 times."])
    }

    @Test(arguments: ["", " 1", "1 ", "+", "1.0", "0x1", "99999999999999999999", "-1", "11", "١", "nan"])
    func `what is no whole number of the range is refused`(text: String) {
        var parameters = Parameters(PageURL("/", ["n": text]))
        let number = parameters.integer("n", in: 1...10)
        let isRefused = (try? parameters.finish()) == nil
        #expect(number == nil)
        #expect(isRefused != text.isEmpty)
    }

    @Test(arguments: ["nan", "inf", "-0.1", "1e400", "1,5", "x"])
    func `what is no number of the range is refused`(text: String) {
        #expect(fault("x=\(text)") { _ = $0.number("x", in: 0...1e9) }?.lines.count == 1)
    }

    @Test func `texts have a greatest length and number`() {
        let long = String(repeating: "ü", count: 101)
        #expect(fault("t=\(long)") { _ = $0.text("t") }?.lines == ["t is longer than 200 bytes."])
        #expect(fault("t=\(long)") { _ = $0.texts("t") }?.lines.count == 1)
        #expect(fault("t=\(long)") { _ = $0.text("t", longest: 202) } == nil)
        let many = [String](repeating: "t=1", count: 51).joined(separator: "&")
        #expect(fault(many) { _ = $0.texts("t") }?.lines.count == 1)
        #expect(fault(many) { _ = $0.texts("t", most: 51) } == nil)
    }

    @Test func `of several words each is looked at`() {
        var parameters = parameters("a=VIEWED&a=VIEWD&a=IGNORED&a=x")
        let words = parameters.words("a", of: ["VIEWED", "IGNORED"])
        let isRefused = (try? parameters.finish()) == nil
        #expect(words == ["VIEWED", "IGNORED"])
        #expect(isRefused)
    }

    @Test func `one that nobody asked for is a fault, but for those of others`() {
        #expect(fault("theirs=1") { $0.ignore("theirs") } == nil)
        #expect(fault("theirs=1") { _ in }?.lines == ["there is no parameter “theirs”."])
    }

    @Test func `a long value is not repeated at length`() {
        let long = String(repeating: "9", count: 190)
        let line = fault("n=\(long)") { _ = $0.integer("n", in: 0...1) }?.lines.first
        #expect(line?.utf8.count ?? 999 < 150)
    }
}
