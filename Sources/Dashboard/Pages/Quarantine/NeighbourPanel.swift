internal import HTML
internal import Store

/// In which members a refused message differs from a stored one.
enum NeighbourPanel {
    private struct Row {
        var name: String
        var here: BodyMember.Kind?
        var there: BodyMember.Kind?
    }

    static func write(_ entry: QuarantineEntry, _ neighbour: StoredNeighbour, _ desk: PageDesk, to html: inout HTMLText)
    {
        let here = entry.body.withUnsafeBytes { BodyMember.read($0) }
        let rows = differences(here, neighbour.members)
        html.panel(
            "Beside a stored message", class: "block",
            note: "Members that only one of the two has, or whose values are of another kind"
        ) { html in
            html.element("p") { html in
                html.text("The nearest of the newest stored: \(neighbour.eventType) ")
                if !neighbour.version.isEmpty { html.text("of version \(neighbour.version), ") }
                html.eventLink(neighbour.eventID)
                html.text(", ")
                html.time(neighbour.occurredAt, desk.request)
            }
            guard !here.isEmpty else { return html.empty("No member of this message can be read.") }
            guard !rows.isEmpty else { return html.empty("Both have the same members.") }
            html.table("Members", [TableHead("Member"), TableHead("This message"), TableHead("The stored one")]) {
                html in
                for row in rows {
                    html.element("tr") { html in
                        html.element("td", [.class("mono")], row.name)
                        html.element("td", row.here?.rawValue ?? "–")
                        html.element("td", row.there?.rawValue ?? "–")
                    }
                }
            }
        }
    }

    /// The members of the stored one first, as it has them; then those that only the refused one has.
    private static func differences(_ here: [BodyMember], _ there: [BodyMember]) -> [Row] {
        let same = { (one: String, other: String) in one == other || names(one).contains(other) }
        var rows: [Row] = []
        for member in there {
            let mine = here.first { same($0.name, member.name) }
            // Null means that there is none.
            if mine == nil, member.kind == .null { continue }
            if mine?.kind != member.kind { rows.append(Row(name: member.name, here: mine?.kind, there: member.kind)) }
        }
        let besides = ["event_id", "occurred_at", "created_at", "emitted_at"]
        for member in here
        where !besides.contains(member.name) && !there.contains(where: { same(member.name, $0.name) }) {
            rows.append(Row(name: member.name, here: member.kind, there: nil))
        }
        return rows
    }

    /// Other names of the same member.
    private static func names(_ name: String) -> [String] {
        switch name {
        case "confidence": ["confidence_at_time"]
        case "confidence_at_time": ["confidence"]
        default: []
        }
    }
}
