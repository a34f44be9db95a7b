internal import HTML

/// A chart over time, drawn on the server: bars, stacked where there are several, a line with its band of uncertainty over them, and a line to
/// compare with.
///
/// Marks are few whatever the data: a path for each kind of bar, one for the line, one for the band, and a transparent rectangle for each slot
/// that says its numbers. Colours come from classes, so that dark pages and print need nothing.
struct Chart {
    struct Slot {
        /// All its numbers, for where the pointer rests.
        var title: String
        /// Under the axis.
        var label: String
        var isPartial = false
        /// From the bottom up.
        var bars: [Double] = []
        var line: Double?
        var band: (low: Double, high: Double)?
    }

    var name: String
    var slots: [Slot]
    /// The class of each kind of bar.
    var barClasses: [String] = ["volume"]
    /// What the whole height is for the line; bars find their own.
    var lineMaximum: Double = 1
    var threshold: Double?
    /// What stands at the top and at the bottom of the axis.
    var top: String
    var bottom = "0"

    /// What stands below it: the class of a mark and what it means.
    var legend: [(class: String, text: String)] = []

    static let width = 600.0
    static let height = 160.0
    /// How much of the height bars take that stand behind a line.
    private static let behind = 0.3

    private var hasLine: Bool { slots.contains { $0.line != nil } }

    func write(to html: inout HTMLText) {
        html.element("figure", [.class("chart"), .attribute("role", "img"), .attribute("aria-label", name)]) { html in
            html.element("div", [.class("axis y"), .attribute("aria-hidden", "true")]) { html in
                html.element("span", top)
                html.element("span", bottom)
            }
            html.element(
                "svg",
                [
                    .attribute("viewBox", "0 0 \(Self.text(Self.width)) \(Self.text(Self.height))"),
                    .attribute("preserveAspectRatio", "none"), .attribute("aria-hidden", "true"),
                ]
            ) { drawMarks(to: &$0, ChartInk(isFixed: false)) }
            html.element("div", [.class("axis x"), .attribute("aria-hidden", "true")]) { html in
                for label in labels { html.element("span", label) }
            }
        }
        guard !legend.isEmpty else { return }
        html.element("ul", [.class("legend")]) { html in
            for (kind, text) in legend {
                html.element("li") { html in
                    html.element("i", [.class(kind)], "")
                    html.text(text)
                }
            }
        }
    }

    /// The first, the last, and some between.
    var labels: [String] {
        guard slots.count > 2 else { return slots.map(\.label) }
        return [slots[0].label, slots[slots.count / 2].label, slots[slots.count - 1].label]
    }

    func drawMarks(to html: inout HTMLText, _ ink: ChartInk) {
        let step = Self.width / Double(max(1, slots.count))
        for line in [0.5, 0.0] {
            let y = Self.text(Self.height * line + 0.5)
            html.element("path", ink["grid"] + [.attribute("d", "M0 \(y)H\(Self.text(Self.width))")], "")
        }
        drawBars(step, to: &html, ink)
        if let threshold, lineMaximum > 0 {
            let y = Self.text(y(threshold))
            html.element("path", ink["threshold"] + [.attribute("d", "M0 \(y)H\(Self.text(Self.width))")], "")
        }
        drawLine(step, to: &html, ink)
        guard !ink.isFixed else { return }
        for (index, slot) in slots.enumerated() {
            html.element(
                "rect",
                [
                    .class("hit"), .attribute("x", Self.text(Double(index) * step)), .attribute("y", "0"),
                    .attribute("width", Self.text(step)), .attribute("height", Self.text(Self.height)),
                ]
            ) { $0.element("title", slot.title) }
        }
    }

    private func drawBars(_ step: Double, to html: inout HTMLText, _ ink: ChartInk) {
        let most = slots.map { $0.bars.reduce(0, +) }.max() ?? 0
        guard most > 0 else { return }
        let scale = Self.height * (hasLine ? Self.behind : 1) / most
        let gap = min(step * 0.2, 4)
        for isPartial in [false, true] {
            for (kind, name) in barClasses.enumerated() {
                var path = ""
                for (index, slot) in slots.enumerated() where slot.isPartial == isPartial && kind < slot.bars.count {
                    let below = slot.bars[..<kind].reduce(0, +)
                    let bar = slot.bars[kind] * scale
                    guard bar > 0 else { continue }
                    let x = Double(index) * step + gap / 2
                    path +=
                        "M\(Self.text(x)) \(Self.text(Self.height - below * scale))v\(Self.text(-bar))h\(Self.text(step - gap))v\(Self.text(bar))z"
                }
                guard !path.isEmpty else { continue }
                html.element("path", ink[isPartial ? "\(name) partial" : name] + [.attribute("d", path)], "")
            }
        }
    }

    private func drawLine(_ step: Double, to html: inout HTMLText, _ ink: ChartInk) {
        var (line, band) = ("", "")
        var run: [(x: Double, slot: Slot)] = []
        func end() {
            guard let first = run.first else { return }
            // A day alone is a short stroke.
            let width = run.count == 1 ? step * 0.3 : 0
            let points = run.map { (x: $0.x, y: y($0.slot.line ?? 0)) }
            line += "M\(Self.text(first.x - width)) \(Self.text(points[0].y))"
            line += points.dropFirst().map { "L\(Self.text($0.x)) \(Self.text($0.y))" }.joined()
            if width > 0 { line += "h\(Self.text(2 * width))" }
            let bands = run.compactMap { point in point.slot.band.map { (point.x, y($0.low), y($0.high)) } }
            if bands.count > 1 {
                band += "M" + bands.map { "\(Self.text($0.0)) \(Self.text($0.2))" }.joined(separator: "L")
                band +=
                    "L" + bands.reversed().map { "\(Self.text($0.0)) \(Self.text($0.1))" }.joined(separator: "L") + "z"
            }
            run = []
        }
        for (index, slot) in slots.enumerated() {
            if slot.line == nil { end() } else { run.append(((Double(index) + 0.5) * step, slot)) }
        }
        end()
        if !band.isEmpty { html.element("path", ink["band"] + [.attribute("d", band)], "") }
        if !line.isEmpty { html.element("path", ink["line"] + [.attribute("d", line)], "") }
    }

    private func y(_ value: Double) -> Double {
        Self.height * (1 - min(1, max(0, value / (lineMaximum > 0 ? lineMaximum : 1))))
    }

    /// One decimal is enough for a mark.
    static func text(_ number: Double) -> String {
        let tenths = Int64((number * 10).rounded())
        let sign = tenths < 0 ? "-" : ""
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(sign)\(abs(tenths) / 10).\(abs(tenths) % 10)"
    }
}
