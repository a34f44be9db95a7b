package import JSON
internal import Rollups

/// The schemas of what goes out and of what asks for it, made from ``MetricCatalogue``.
package enum AggregateSchema {
    package static let document = JSONSchema.document(
        "Aggregate",
        "A reply to a request for metrics, what is published on telemetry.aggregates, and what alidade metrics --json prints. "
            + "Ignore members and metrics that you do not know: later versions have more.",
        body(definitionsAt: "#/$defs/")
    )

    /// Without the head of a document; `definitionsAt` is where its `$defs` will be.
    package static func body(definitionsAt place: String) -> JSONTree {
        let reference = { (name: String) -> JSONTree in ["$ref": .string(place + name)] }
        let metrics = MetricCatalogue.all.map { JSONTree.Member("metric_\($0.name)", metric($0, reference)) }
        return [
            "oneOf": [reference("document"), reference("list"), reference("error")],
            "$defs": JSONTree.object([
                JSONTree.Member("document", ["oneOf": .array(metrics.map { reference($0.name) } + [unknown])]),
                JSONTree.Member("list", list(of: reference("document"))),
                JSONTree.Member("error", error), JSONTree.Member("window", window),
                JSONTree.Member("completeness", completeness),
            ]).with(.object(metrics)).with(.object(MetricCatalogue.all.filter(\.canBeGrouped).map(group))),
        ]
    }

    /// Of a later version.
    private static let unknown: JSONTree = [
        "type": "object",
        "properties": ["metric": ["type": "string", "not": ["enum": .strings(MetricCatalogue.names)]]],
        "required": ["metric", "result"],
    ]

    private static func list(of document: JSONTree) -> JSONTree {
        MetricShape.open([JSONTree.Member("metrics", ["type": "array", "items": document])])
    }

    private static let error = MetricShape.open([
        JSONTree.Member(
            "error",
            MetricShape.open([
                JSONTree.Member("code", ["enum": .strings(MetricRequestError.Code.allCases.map(\.rawValue))]),
                JSONTree.Member("message", ["type": "string"]),
            ]))
    ])

    private static let window = MetricShape.open(
        [JSONTree.Member("days", described("Of a window of so many times 24 hours that ends now.", days))] + bounds,
        optional: ["days"])

    private static let bounds = [
        JSONTree.Member("from", JSONSchema.time),
        JSONTree.Member("to", described("It ends before this moment.", JSONSchema.time)),
    ]

    private static let optionalTime: JSONTree = [
        "type": ["string", "null"], "pattern": .string(JSONSchema.timePattern),
    ]

    private static let days: JSONTree = [
        "type": "integer", "minimum": .integer(Int64(MetricWindow.days.lowerBound)),
        "maximum": .integer(Int64(MetricWindow.days.upperBound)),
    ]

    private static let completeness = MetricShape.open([
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
        JSONTree.Member("group_of_\(metric.name)", metric.groupShape.schema())
    }

    private static func metric(_ metric: MetricDefinition, _ reference: (String) -> JSONTree) -> JSONTree {
        var members = [
            JSONTree.Member("metric", ["const": .string(metric.name)]),
            JSONTree.Member(
                "definition",
                MetricShape.open([
                    JSONTree.Member(
                        "version", described("Grows when the meaning changes.", ["type": "integer", "minimum": 1])),
                    JSONTree.Member("text", ["type": "string"]),
                ])),
            JSONTree.Member(
                "revision",
                described("Counts the publications of this metric and window.", ["type": "integer", "minimum": 1])),
            JSONTree.Member(
                "unchanged",
                described("That this is published again as it was, because an hour has passed.", ["const": true])),
            JSONTree.Member(
                "store",
                MetricShape.open([
                    JSONTree.Member("id", described("A random id that is made with the store.", ["type": "string"]))
                ])),
            JSONTree.Member("window", reference("window")),
        ]
        if metric.canBeGrouped {
            members.append(JSONTree.Member("group_by", groupBy(metric.groupable, isOpen: metric.takesDeclared)))
            members.append(
                JSONTree.Member("filter", filter(metric.dimensions, isOpen: metric.takesDeclared, isAnswer: true)))
        }
        members += [
            JSONTree.Member("as_of", described("The state of the store that this is.", JSONSchema.time)),
            JSONTree.Member(
                "stored_until",
                described("When the newest message arrived that is stored; null where nobody noted it.", optionalTime)),
            JSONTree.Member("completeness", reference("completeness")),
            JSONTree.Member("result", result(of: metric, reference)),
            JSONTree.Member("interval", ["enum": .strings(MetricInterval.allCases.map(\.rawValue))]),
            JSONTree.Member(
                "time_zone", described("By whose clocks the series is cut: a name of IANA.", ["type": "string"])),
            JSONTree.Member("series", ["type": "array", "items": part(of: metric, reference, isMarked: true)]),
            JSONTree.Member(
                "previous",
                described("The window that it is compared with, as long.", part(of: metric, reference, isMarked: false))
            ),
        ]
        let optional: Set = [
            "revision", "unchanged", "group_by", "filter", "interval", "time_zone", "series", "previous",
        ]
        return described(metric.text, MetricShape.open(members, optional: optional)).with(
            metric.canBeGrouped ? groupsGoWithGrouping(metric) : [:])
    }

    private static func part(of metric: MetricDefinition, _ reference: (String) -> JSONTree, isMarked: Bool) -> JSONTree
    {
        let partial = JSONTree.Member(
            "partial", described("Whether the hour, day, week or month goes on.", ["type": "boolean"]))
        return MetricShape.open(
            bounds + (isMarked ? [partial] : []) + [JSONTree.Member("result", result(of: metric, reference))])
    }

    /// `groups` is there where `group_by` is, and only there.
    private static func groupsGoWithGrouping(_ metric: MetricDefinition) -> JSONTree {
        let grouped: JSONTree = [
            "if": ["required": ["group_by"]], "then": ["properties": ["result": ["required": ["groups"]]]],
        ]
        guard !metric.hasOpenNames else { return grouped }
        return grouped.with(["else": ["properties": ["result": ["not": ["required": ["groups"]]]]]])
    }

    private static func result(of metric: MetricDefinition, _ reference: (String) -> JSONTree) -> JSONTree {
        guard metric.canBeGrouped else { return metric.shape.schema() }
        let group = reference("group_of_\(metric.name)")
        let groups: JSONTree = [
            "description": "By the value of group_by; with two dimensions by that of the first, then of the second.",
            "type": "object",
            "additionalProperties": ["anyOf": [group, ["type": "object", "additionalProperties": group]]],
        ]
        // Where the names of the result are data, one of them may be this.
        let member: JSONTree = metric.hasOpenNames ? ["anyOf": [groups, metric.shape.innerSchema]] : groups
        return .object(
            metric.shape.schema().members.filter { $0.name != "properties" }
                + [JSONTree.Member("properties", metric.shape.properties.with(["groups": member]))])
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
            "from": described("A time, or a date that begins in time_zone.", requestTime),
            "to": described("The window ends before this time, or before this date.", requestTime),
            "interval": ["enum": .strings(MetricInterval.allCases.map(\.rawValue))],
            "time_zone": described(
                "A name of the IANA database such as Europe/Berlin; UTC otherwise.", ["type": "string"]),
            "compare": ["enum": ["previous", "52w"]],
            "group_by": groupBy(FactDimension.fixed, isOpen: true),
            "filter": filter(FactDimension.fixed, isOpen: true, isAnswer: false),
        ],
        "allOf": [
            ["oneOf": [["required": ["metric"]], ["required": ["metrics"]]]],
            [
                "oneOf": [
                    ["required": ["days"], "properties": ["from": false, "to": false]],
                    ["required": ["from", "to"], "properties": ["days": false]],
                ]
            ],
        ],
        "additionalProperties": false,
    ]

    /// One dimension, or a list of one or two; with `isOpen` also those that the settings declare.
    private static func groupBy(_ dimensions: [FactDimension], isOpen: Bool) -> JSONTree {
        let fixed: JSONTree = ["enum": .strings(dimensions.map(\.name))]
        let own = described(
            "A member that ingest.dimensions declares.", ["type": "string", "pattern": .string(declaredName)])
        let name: JSONTree =
            !isOpen ? fixed : dimensions.isEmpty ? own : ["anyOf": [fixed, own]]
        return ["oneOf": [name, ["type": "array", "items": name, "maxItems": 2, "uniqueItems": true]]]
    }

    /// The values of each dimension that count, as a list; a request may name a single one, and numbers.
    private static func filter(_ dimensions: [FactDimension], isOpen: Bool, isAnswer: Bool) -> JSONTree {
        let value: JSONTree = ["type": isAnswer ? "string" : ["string", "integer"]]
        let list: JSONTree = ["type": "array", "items": value, "minItems": 1]
        let values: JSONTree = isAnswer ? list : ["oneOf": [value, list]]
        let filter: JSONTree = [
            "description": "What counts: in each dimension one of these values.", "type": "object",
            "properties": .object(dimensions.map { JSONTree.Member($0.name, values) }),
        ]
        return filter.with(isOpen ? ["patternProperties": .object([JSONTree.Member(declaredName, values)])] : [:])
            .with(isAnswer ? [:] : ["additionalProperties": false])
    }

    /// What a member may be called that is declared as a dimension.
    private static let declaredName = "^[A-Za-z_][A-Za-z0-9_-]{0,63}$"

    private static let requestTime: JSONTree = [
        "anyOf": [["type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"], JSONSchema.time]
    ]

    private static func described(_ text: String, _ schema: JSONTree) -> JSONTree {
        JSONTree(dictionaryLiteral: ("description", .string(text))).with(schema)
    }
}

extension MetricDefinition {
    var canBeGrouped: Bool { takesDeclared || !groupable.isEmpty }

    /// Whether the names of its result are data.
    var hasOpenNames: Bool { if case .map = shape { true } else { false } }
}
