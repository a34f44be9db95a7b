import HTML
import Testing

@testable import Dashboard

@Suite struct ChartTests {
    private func chart(_ slots: [Chart.Slot], classes: [String] = ["volume"], threshold: Double? = nil) -> Chart {
        Chart(name: "Name", slots: slots, barClasses: classes, threshold: threshold, top: "100 %")
    }

    /// The `d` of each path, by its class.
    private func paths(_ chart: Chart) -> [String: String] {
        var html = HTMLText()
        chart.drawMarks(to: &html, ChartInk(isFixed: false))
        var found: [String: String] = [:]
        for match in html.text.matches(of: /<path class="([^"]*)" d="([^"]*)">/) {
            found[String(match.1), default: ""] += String(match.2)
        }
        return found
    }

    @Test func `a chart without slots has its grid and nothing else`() {
        let chart = chart([])
        #expect(paths(chart) == ["grid": "M0 80.5H600M0 0.5H600"])
        #expect(chart.labels == [])
        var html = HTMLText()
        chart.write(to: &html)
        #expect(html.text.contains("role=\"img\" aria-label=\"Name\""))
        #expect(String(decoding: chart.file.text.utf8, as: UTF8.self).hasPrefix("<svg xmlns="))
    }

    @Test func `bars fill the height where there is no line, each kind in one path upon the one below`() {
        let slots = [
            Chart.Slot(title: "a", label: "1", bars: [3, 1]), Chart.Slot(title: "b", label: "2", bars: [0, 2]),
            Chart.Slot(title: "c", label: "3", isPartial: true, bars: [1, 0]),
        ]
        #expect(
            paths(chart(slots, classes: ["accepted", "ignored"])) == [
                "grid": "M0 80.5H600M0 0.5H600", "accepted": "M2 160v-120h196v120z",
                "ignored": "M2 40v-40h196v40zM202 160v-80h196v80z", "accepted partial": "M402 160v-40h196v40z",
            ])
    }

    @Test func `bars stay low behind a line`() {
        let slots = [Chart.Slot(title: "", label: "", bars: [10], line: 0.5)]
        #expect(paths(chart(slots))["volume"] == "M2 160v-48h596v48z")
    }

    @Test func `a slot alone is a short stroke without a band`() {
        let slots = [Chart.Slot(title: "", label: "x", line: 0.25, band: (0.1, 0.4))]
        let paths = paths(chart(slots))
        #expect(paths["line"] == "M120 120h360")
        #expect(paths["band"] == nil)
        #expect(chart(slots).labels == ["x"])
    }

    @Test func `a line is broken where there is nothing, and never drawn as nought`() {
        let values: [Double?] = [1, 0.5, nil, 0, nil, nil, 1, 1]
        let slots = values.map { Chart.Slot(title: "", label: "", line: $0, band: $0.map { ($0 / 2, $0) }) }
        let paths = paths(chart(slots))
        #expect(paths["line"] == "M37.5 0L112.5 80M240 160h45M487.5 0L562.5 0")
        #expect(paths["band"] == "M37.5 0L112.5 80L112.5 120L37.5 80zM487.5 0L562.5 0L562.5 80L487.5 80z")
    }

    @Test func `what is beyond the axis stays in the picture`() {
        let slots = [2, -1, Double.infinity, -Double.infinity].map { Chart.Slot(title: "", label: "", line: $0) }
        #expect(paths(chart(slots))["line"] == "M75 0L225 160L375 0L525 160")
        #expect(paths(chart([], threshold: 7))["threshold"] == "M0 0H600")
        #expect(paths(Chart(name: "", slots: slots, lineMaximum: 0, threshold: 1, top: ""))["threshold"] == nil)
    }

    @Test func `each slot says its numbers, escaped`() {
        var html = HTMLText()
        chart([Chart.Slot(title: "<b>\n2 & 3", label: "")]).drawMarks(to: &html, ChartInk(isFixed: false))
        #expect(html.text.contains("width=\"600\" height=\"160\"><title>&lt;b&gt;\n2 &amp; 3</title></rect>"))
    }

    @Test func `a file has its colours in itself`() {
        let slots = [
            Chart.Slot(title: "", label: "a<", bars: [1], line: 1),
            Chart.Slot(title: "", label: "b", isPartial: true, bars: [1]),
        ]
        let text = chart(slots, classes: ["accepted"]).file.text
        #expect(!text.contains("class="))
        #expect(text.contains(">a&lt;</text>"))
        #expect(text.contains("fill=\"#138a5e\" fill-opacity=\"0.5\""))
    }

    @Test func `the first, the middle and the last slot are named`() {
        let slots = (0..<5).map { Chart.Slot(title: "", label: "\($0)") }
        #expect(chart(slots).labels == ["0", "2", "4"])
        #expect(chart(Array(slots.prefix(2))).labels == ["0", "1"])
    }

    @Test func `numbers have one decimal at most`() {
        let values = [0, -0.04, 0.05, 1.25, -1.25, 0.95, -0.5, 100, 12.34]
        #expect(values.map(Chart.text) == ["0", "0", "0.1", "1.3", "-1.3", "1", "-0.5", "100", "12.3"])
    }
}
