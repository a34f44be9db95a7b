internal import HTML

extension Chart {
    /// The chart as a file of its own, with its name, its axes and fixed colours.
    var file: PageAnswer {
        var svg = HTMLText()
        let (left, above, below) = (56.0, 40.0, 28.0)
        let (width, height) = (left + Self.width + 12, above + Self.height + below)
        svg.element(
            "svg",
            [
                .attribute("xmlns", "http://www.w3.org/2000/svg"), .attribute("width", Self.text(width)),
                .attribute("height", Self.text(height)),
                .attribute("viewBox", "0 0 \(Self.text(width)) \(Self.text(height))"),
                .attribute("font-family", "system-ui, sans-serif"), .attribute("font-size", "12"),
            ]
        ) { svg in
            svg.element("title", name)
            svg.element(
                "rect",
                [
                    .attribute("width", Self.text(width)), .attribute("height", Self.text(height)),
                    .attribute("fill", "#ffffff"),
                ], "")
            func label(_ text: String, _ x: Double, _ y: Double, _ anchor: String, size: String = "12") {
                svg.element(
                    "text",
                    [
                        .attribute("x", Self.text(x)), .attribute("y", Self.text(y)), .attribute("text-anchor", anchor),
                        .attribute("font-size", size), .attribute("fill", "#3b404b"),
                    ], text)
            }
            label(name, left, 22, "start", size: "14")
            label(top, left - 8, above + 10, "end")
            label(bottom, left - 8, above + Self.height, "end")
            for (index, text) in labels.enumerated() {
                let share = labels.count == 1 ? 0 : Double(index) / Double(labels.count - 1)
                label(text, left + share * Self.width, height - 8, index == 0 ? "start" : share == 1 ? "end" : "middle")
            }
            svg.element("g", [.attribute("transform", "translate(\(Self.text(left)) \(Self.text(above)))")]) {
                drawMarks(to: &$0, ChartInk(isFixed: true))
            }
        }
        return PageAnswer(status: 200, contentType: "image/svg+xml", bytes: svg.bytes)
    }
}
