internal import HTML

/// How marks get their colours: from the classes of the page, or, in a file of its own, fixed ones.
struct ChartInk {
    var isFixed: Bool

    subscript(name: String) -> [HTMLAttribute] {
        guard isFixed else { return [.class(name)] }
        let kind = name.split(separator: " ").first.map(String.init) ?? name
        let opacity = name.hasSuffix("partial") ? "0.5" : "1"
        return switch kind {
        case "grid": [.attribute("stroke", "#e3e5ea"), .attribute("fill", "none")]
        case "threshold":
            [.attribute("stroke", "#8a8f9c"), .attribute("stroke-dasharray", "4 4"), .attribute("fill", "none")]
        case "line": [.attribute("stroke", "#2d5bd7"), .attribute("stroke-width", "2"), .attribute("fill", "none")]
        case "band": [.attribute("fill", "#2d5bd7"), .attribute("fill-opacity", "0.15")]
        default: [.attribute("fill", Self.fills[kind] ?? "#c9cdd6"), .attribute("fill-opacity", opacity)]
        }
    }

    /// As in the stylesheet, light.
    private static let fills = [
        "accepted": "#138a5e", "ignored": "#9aa1af", "overridden": "#d07a00", "viewed": "#c9d4f2", "bad": "#c8372d",
        "first": "#2d5bd7", "second": "#d07a00", "third": "#138a5e",
    ]
}
