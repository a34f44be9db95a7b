import Dashboard
import Status
import Testing

struct PrometheusTextTests {
    @Test func `a family has its help and type before its samples`() {
        var page = PrometheusText()
        page.family(
            "messages_total", .counter, "Messages.", [([("queue", "a")], 3), ([("queue", "b"), ("reason", "c")], 0)])
        #expect(
            page.text == """
                # HELP messages_total Messages.
                # TYPE messages_total counter
                messages_total{queue="a"} 3
                messages_total{queue="b",reason="c"} 0

                """)
    }

    @Test func `what would end a value or a line is escaped`() {
        var page = PrometheusText()
        page.family("x", .gauge, "one \\ two\n\"three\"", [([("l", "a\\b\"c\nd é")], 1)])
        #expect(
            page.text == """
                # HELP x one \\\\ two\\n"three"
                # TYPE x gauge
                x{l="a\\\\b\\"c\\nd é"} 1

                """)
    }

    @Test(
        arguments: [
            (0, "0"), (-3, "-3"), (0.25, "0.25"), (1e-7, "1e-07"), (9_007_199_254_740_991, "9007199254740991"),
            (1e300, "1e+300"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"),
        ] as [(Double, String)])
    func `a number reads back as itself`(value: Double, text: String) {
        var page = PrometheusText()
        page.family("x", .gauge, "X.", value)
        #expect(page.text.split(separator: "\n").last == "x \(text)")
    }

    @Test func `a family without a value is left out`() {
        var page = PrometheusText()
        page.family("x", .gauge, "X.", nil)
        page.family("y", .gauge, "Y.", [])
        #expect(page.text.isEmpty)
    }

    @Test func `the buckets of a histogram are cumulative and inclusive`() {
        var histogram = Histogram(bounds: [0.5, 1, 10])
        for value in [0.1, 0.5, 0.75, 10, 11, 100] { histogram.observe(value) }
        var page = PrometheusText()
        page.family("x_seconds", "X.", histogram)
        #expect(
            page.text == """
                # HELP x_seconds X.
                # TYPE x_seconds histogram
                x_seconds_bucket{le="0.5"} 2
                x_seconds_bucket{le="1"} 3
                x_seconds_bucket{le="10"} 4
                x_seconds_bucket{le="+Inf"} 6
                x_seconds_sum 122.35
                x_seconds_count 6

                """)
    }
}
