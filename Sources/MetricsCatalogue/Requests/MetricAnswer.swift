package import Events
internal import JSON

/// One metric over one window, as it stands in one state of the store.
package struct MetricAnswer: Sendable {
    package let definition: MetricDefinition
    package let window: MetricWindow
    package let grouping: MetricGrouping?
    package let asOf: Timestamp
    /// Messages that wait at the broker; nil where it is not known.
    package let backlog: Int?
    /// Messages quarantined in the window.
    package let quarantined: Int64
    package let result: MetricValue

    /// The document that <doc:Metrics> shows; with a revision where it is published.
    package func json(revision: Int64? = nil) -> String {
        var json = JSONText()
        json.object { json in
            json.member("metric", definition.name)
            json.object("definition") { json in
                json.member("version", definition.version)
                json.member("text", definition.text)
            }
            if let revision { json.member("revision", revision) }
            json.object("window") { json in
                json.member("days", window.days)
                json.member("from", RFC3339.text(window.from))
                json.member("to", RFC3339.text(window.to))
            }
            if let grouping { json.member("group_by", grouping.rawValue) }
            json.member("as_of", RFC3339.text(asOf))
            json.object("completeness") { json in
                json.member("backlog", backlog)
                json.member("quarantined", quarantined)
            }
            json.member("result", json: result.json)
        }
        return json.text
    }
}
