package import JSON

/// The schemas of what goes out and of what asks for it, made from ``MetricCatalogue``.
package enum AggregateSchema {
    package static let document = JSONSchema.document(
        "Aggregate",
        "A reply to a request for metrics, what is published on telemetry.aggregates, and what alidade metrics --json prints.",
        body(definitionsAt: "#/$defs/")
    )

    /// Without the head of a document; `definitionsAt` is where its `$defs` will be.
    package static func body(definitionsAt place: String) -> JSONTree {
        let reference = { (name: String) -> JSONTree in ["$ref": .string(place + name)] }
        let metrics = MetricCatalogue.all.map { JSONTree.Member("metric_\($0.name)", metric($0, reference)) }
        return [
            "oneOf": [reference("document"), reference("list"), reference("error")],
            "$defs": JSONTree.object([
                JSONTree.Member("document", ["oneOf": .array(metrics.map { reference($0.name) })]),
                JSONTree.Member("list", list(of: reference("document"))),
                JSONTree.Member("error", error), JSONTree.Member("window", window),
                JSONTree.Member("completeness", completeness),
            ]).with(.object(metrics)).with(.object(MetricCatalogue.all.filter(\.canBeGrouped).map(group))),
        ]
    }

    private static func list(of document: JSONTree) -> JSONTree {
        MetricShape.closed([JSONTree.Member("metrics", ["type": "array", "items": document])])
    }

    private static let error = MetricShape.closed([
        JSONTree.Member(
            "error",
            MetricShape.closed([
                JSONTree.Member("code", ["enum": .strings(MetricRequestError.Code.allCases.map(\.rawValue))]),
                JSONTree.Member("message", ["type": "string"]),
            ]))
    ])

    private static let window = MetricShape.closed([
        JSONTree.Member("days", days), JSONTree.Member("from", JSONSchema.time),
        JSONTree.Member("to", described("The window ends before this moment.", JSONSchema.time)),
    ])

    private static let days: JSONTree = [
        "type": "integer", "minimum": .integer(Int64(MetricWindow.days.lowerBound)),
        "maximum": .integer(Int64(MetricWindow.days.upperBound)),
    ]

    private static let completeness = MetricShape.closed([
        JSONTree.Member(
            "backlog",
            described(
                "Messages that wait at the broker; null where that is not known.",
                ["type": ["integer", "null"], "minimum": 0])),
        JSONTree.Member(
            "quarantined", described("Messages quarantined in the window.", ["type": "integer", "minimum": 0])),
    ])

    /// The result of one group: what the whole has, without `groups`.
    private static func group(_ metric: MetricDefinition) -> JSONTree.Member {
        JSONTree.Member("group_of_\(metric.name)", metric.shape.schema())
    }

    private static func metric(_ metric: MetricDefinition, _ reference: (String) -> JSONTree) -> JSONTree {
        var members = [
            JSONTree.Member("metric", ["const": .string(metric.name)]),
            JSONTree.Member(
                "definition",
                MetricShape.closed([
                    JSONTree.Member("version", ["const": .integer(Int64(metric.version))]),
                    JSONTree.Member("text", ["const": .string(metric.text)]),
                ])),
            JSONTree.Member(
                "revision",
                described("Counts the publications of this metric and window.", ["type": "integer", "minimum": 1])),
            JSONTree.Member("window", reference("window")),
        ]
        if metric.canBeGrouped {
            members.append(JSONTree.Member("group_by", ["enum": .strings(metric.groupings.map(\.rawValue))]))
        }
        members += [
            JSONTree.Member("as_of", described("The state of the store that this is.", JSONSchema.time)),
            JSONTree.Member("completeness", reference("completeness")),
            JSONTree.Member("result", result(of: metric, reference)),
        ]
        let closed = MetricShape.closed(members, optional: ["revision", "group_by"])
        return described(metric.text, closed).with(metric.canBeGrouped ? groupsGoWithGrouping : [:])
    }

    /// `groups` is there where `group_by` is, and only there.
    private static let groupsGoWithGrouping: JSONTree = [
        "if": ["required": ["group_by"]],
        "then": ["properties": ["result": ["required": ["groups"]]]],
        "else": ["properties": ["result": ["not": ["required": ["groups"]]]]],
    ]

    private static func result(of metric: MetricDefinition, _ reference: (String) -> JSONTree) -> JSONTree {
        guard metric.canBeGrouped else { return metric.shape.schema() }
        let groups: JSONTree = [
            "description": "By the value of group_by.", "type": "object",
            "additionalProperties": reference("group_of_\(metric.name)"),
        ]
        return .object(
            metric.shape.schema().members.map { member in
                guard member.name == "properties" else { return member }
                return JSONTree.Member("properties", member.value.with(["groups": groups]))
            })
    }

    /// What is published to `telemetry-metrics-requests`.
    package static let request: JSONTree = [
        "type": "object",
        "properties": [
            "metric": ["enum": .strings(MetricCatalogue.names)],
            "metrics": [
                "oneOf": [
                    ["const": "all"],
                    [
                        "type": "array", "minItems": 1, "maxItems": .integer(Int64(MetricCatalogue.all.count)),
                        "items": ["enum": .strings(MetricCatalogue.names)],
                    ],
                ]
            ],
            "days": days,
            "group_by": ["enum": .strings(MetricGrouping.allCases.map(\.rawValue))],
        ],
        "required": ["days"],
        "oneOf": [["required": ["metric"]], ["required": ["metrics"]]],
        "additionalProperties": false,
    ]

    private static func described(_ text: String, _ schema: JSONTree) -> JSONTree {
        JSONTree(dictionaryLiteral: ("description", .string(text))).with(schema)
    }
}

extension MetricDefinition {
    var canBeGrouped: Bool { !groupings.isEmpty }
}
