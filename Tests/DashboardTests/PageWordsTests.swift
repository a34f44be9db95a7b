import HTML
import MetricsCatalogue
import Testing

@testable import Dashboard

@Suite struct RateWordsTests {
    @Test(arguments: [
        (0, "None"), (0.01, "Hardly any"), (0.05, "One in twenty"), (0.25, "A quarter"), (0.5, "Half"),
        (0.66, "About two thirds"), (0.667, "Two thirds"), (0.7, "About two thirds"),
        (0.96, "About nineteen in twenty"),
        (0.98, "Nearly all"), (1, "All"),
    ])
    func `a share has a name`(share: Double, words: String) { #expect(RateWords.inWords(share) == words) }

    @Test func `every share has a name that is not far off`() {
        for percent in 0...100 { #expect(!RateWords.inWords(Double(percent) / 100).isEmpty) }
    }

    @Test func `a rate without cases has neither an interval nor a fraction, and is of few`() {
        #expect(RateWords.fraction(nil) == "none")
        #expect(RateWords.fraction(.rate(0, of: 0)) == "0 of 0")
        #expect(RateWords.interval(.rate(0, of: 0)) == nil)
        #expect(RateWords.interval(.rate(3, of: 2)) == nil)
        #expect(RateWords.isFew(nil))
        #expect(RateWords.isFew(.rate(19, of: 19)))
        #expect(!RateWords.isFew(.rate(0, of: 20)))
        #expect(RateWords.fraction(.rate(1234, of: 56789)) == "1,234 of 56,789")
    }

    private func change(_ old: MetricValue?, _ new: MetricValue?, _ better: RateWords.Direction) -> String {
        var html = HTMLText()
        RateWords.change(from: old, to: new, better: better, &html, than: "before")
        return html.text
    }

    @Test func `a change is good or bad only where it is more than chance`() {
        let (few, many) = (MetricValue.rate(1, of: 4), MetricValue.rate(3, of: 4))
        #expect(
            change(few, many, .higher).hasPrefix("<span class=\"change \" title=\"Compared with before, 1 of 4: may be")
        )
        let (old, new) = (MetricValue.rate(250, of: 1000), MetricValue.rate(750, of: 1000))
        #expect(change(old, new, .higher).contains("class=\"change good\""))
        #expect(change(old, new, .higher).contains("↑ 50.0 points"))
        #expect(change(old, new, .lower).contains("class=\"change bad\""))
        #expect(change(new, old, .lower).contains("class=\"change good\""))
        #expect(change(new, old, .lower).contains("↓ 50.0 points"))
        #expect(change(old, new, .neither).contains("class=\"change \""))
        #expect(change(old, old, .higher).contains("= 0.0 points"))
    }

    @Test func `nothing is said of a change from nothing`() {
        #expect(change(nil, .rate(1, of: 2), .higher) == "")
        #expect(change(.rate(0, of: 0), .rate(1, of: 2), .higher) == "")
    }
}

@Suite struct MetricWordsTests {
    private let words = MetricWords(separator: ",", null: "–")

    @Test func `thousands are grouped, also of negative numbers`() {
        let numbers: [Int64] = [0, 999, 1000, -1000, 1_234_567, .min]
        #expect(
            numbers.map(words.grouped) == ["0", "999", "1,000", "-1,000", "1,234,567", "-9,223,372,036,854,775,808"])
    }

    @Test func `one decimal is rounded, and what rounds to nought has no sign`() {
        let numbers = [0, 0.04, 0.05, -0.04, -0.3, 1234.56, 99.95, -1.5, 1e300]
        #expect(
            numbers.map(words.oneDecimal) == ["0.0", "0.0", "0.1", "0.0", "-0.3", "1,234.6", "100.0", "-1.5", "1e+300"])
        #expect([Double.nan, .infinity].map(words.oneDecimal) == ["nan", "inf"])
        #expect([0.0, 2, -2].map(words.signed) == ["0.0", "+2.0", "-2.0"])
        #expect(words.percent(0.25) == "25.0 %")
    }

    @Test(arguments: [
        (0, "0 ms"), (0.0004, "0 ms"), (0.85, "850 ms"), (0.9994, "999 ms"), (0.9995, "1.0 s"), (59.94, "59.9 s"),
        (59.95, "1 min"), (745, "12 min 25 s"), (3599.4, "59 min 59 s"), (3599.6, "1 h"), (12_600, "3 h 30 min"),
        (172_799, "2 d"), (187_200, "2 d 4 h"), (863_999, "10 d"), (8_640_000, "100 d"), (-12, "-12.0 s"),
    ])
    func `a time has the two largest units`(seconds: Double, text: String) { #expect(words.duration(seconds) == text) }

    @Test func `a time that is none is shown as it is`() {
        #expect(words.duration(.infinity) == "inf s")
        #expect(words.duration(.nan) == "nan s")
    }
}

@Suite struct CSVTextTests {
    @Test(arguments: [
        ("", ""), ("plain", "plain"), ("a,b", "\"a,b\""), ("say \"hi\"", "\"say \"\"hi\"\"\""), ("a\nb", "\"a\nb\""),
        ("a\r\nb", "\"a\r\nb\""), ("ü😀", "ü😀"),
    ])
    func `a cell is quoted where it must be`(text: String, cell: String) { #expect(CSVText.cell(text) == cell) }

    @Test(arguments: ["=1+1", "+A1", "-A1", "@SUM(A1)", "\tx", "＝1", "＋1", "－1", "＠x", "-", "=", "+1+1", "-2+3"])
    func `what a spreadsheet would take for a formula is shown as it is`(text: String) {
        #expect(CSVText.cell(text) == "'" + text)
    }

    @Test func `a formula behind a return, and one with a quote, is quoted as well`() {
        #expect(CSVText.cell("\r=1") == "\"'\r=1\"")
        #expect(CSVText.cell("\r\n=1") == "\"'\r\n=1\"")
        #expect(CSVText.cell("=HYPERLINK(\"x\",\"y\")") == "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"")
    }

    @Test(arguments: ["-1", "+1", "-0.5", "-1e-9", "+1.5e3"])
    func `a number stays a number`(text: String) { #expect(CSVText.cell(text) == text) }

    @Test func `rows end as RFC 4180 has it`() { #expect(CSVText.row(["a", "", "b"]) == "a,,b\r\n") }
}
