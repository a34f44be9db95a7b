internal import MetricsCatalogue
internal import TimeZones

/// A rate over time, with what it may be, and how many cases it rests on behind it.
enum RateChart {
    /// - Parameters:
    ///   - path: Where the rate is in the result of each part.
    ///   - of: What its cases are: "seen".
    static func make(
        _ series: MetricSeries, _ path: [String], name: String, of: String, zone: TimeZone, threshold: Double? = nil
    ) -> Chart {
        var slots: [Chart.Slot] = []
        var most = threshold ?? 0
        for part in series.parts {
            let time = PageTime(part.window.from, zone)
            let label = series.interval == .hour ? time.short : time.shortDate
            var slot = Chart.Slot(title: label, label: label, isPartial: part.isPartial || part.isCut)
            if let (numerator, whole) = part.result[path: path]?.fraction {
                slot.bars = [Double(whole)]
                slot.title += "\n\(Words.count(whole)) \(of)"
                if whole > 0, numerator <= whole, let interval = WilsonInterval(numerator, of: whole) {
                    let rate = Double(numerator) / Double(whole)
                    slot.line = rate
                    slot.band = (interval.low, interval.high)
                    slot.title +=
                        "\n\(Words.metric.percent(rate)), between \(Words.metric.percent(interval.low)) and \(Words.metric.percent(interval.high))"
                    most = max(most, rate)
                }
            }
            if part.isPartial { slot.title += "\nnot over yet" }
            if part.isCut { slot.title += "\nfrom \(time.clock.prefix(5)) on" }
            slots.append(slot)
        }
        let top = [0.05, 0.1, 0.2, 0.25, 0.5, 0.75, 1].first { $0 >= most * 1.05 } ?? 1
        return Chart(
            name: name, slots: slots, lineMaximum: top, threshold: threshold, top: "\(Int((top * 100).rounded())) %",
            bottom: "0 %")
    }
}
