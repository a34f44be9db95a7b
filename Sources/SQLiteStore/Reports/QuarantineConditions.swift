internal import Events
internal import Store

extension ListConditions {
    /// On `quarantine` and, behind a LEFT JOIN, `quarantine_resolutions`.
    init(_ filter: QuarantineFilter) {
        self.init()
        if let ids = filter.ids { add("quarantine.id IN (SELECT value FROM json_each(\(parameter(.text("\(ids)")))))") }
        add("reason", "=", filter.reason)
        add("queue", "=", filter.queue)
        add("quarantine.id", "<=", filter.greatestID)
        add("received_at", ">=", filter.from)
        add("received_at", "<", filter.to)
        if let prefix = filter.pointerPrefix, !prefix.isEmpty {
            let parameter = parameter(.text(prefix))
            // The last character there is.
            add("pointer >= \(parameter) AND pointer < \(parameter) || char(1114111)")
        }
        if let shape = filter.shape { add("pointer_shape(pointer) = \(parameter(.text(shape)))") }
        if let text = filter.text, !text.isEmpty { add("instr(lower(detail), lower(\(parameter(.text(text))))) > 0") }
        if let said = filter.said {
            let isSo = said.map { "fault.\($0.column) = \(parameter(.text($0.value)))" }.joined(separator: " AND ")
            add(
                """
                EXISTS (
                    SELECT 1 FROM _quarantine_members AS member JOIN _quarantine_faults AS fault ON fault.id = member.fault
                    WHERE member.quarantine_id = quarantine.id AND \(isSo))
                """)
        }
        if let outcomes = filter.outcomes {
            let operation = parameter(.integer(outcomes.operation))
            let words = outcomes.words.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            add(
                """
                quarantine.id IN (
                    SELECT quarantine_id FROM operation_outcomes WHERE operation_id = \(operation) AND outcome IN (\(words)))
                """)
        }
        switch filter.state {
        case .open: add("action IS NULL")
        case .replayed: add("action = 'replay'")
        case .discarded: add("action = 'discard'")
        case .all: break
        }
    }

    /// On the rows of `_quarantine_faults`; nil where they do not tell the messages that are meant from others.
    init?(faults filter: QuarantineFilter) {
        guard filter.ids == nil, filter.outcomes == nil, filter.greatestID == nil, filter.from == nil, filter.to == nil,
            filter.pointerPrefix?.isEmpty ?? true, filter.text?.isEmpty ?? true
        else { return nil }
        self.init()
        add("reason", "=", filter.reason)
        add("queue", "=", filter.queue)
        add("shape", "=", filter.shape)
        for said in filter.said ?? [] { add(said.column, "=", said.value) }
    }
}

extension QuarantineFilter {
    /// Whether ``PageSchema``'s index of faults says which messages they are.
    var isByFault: Bool { reason != nil && ids == nil && outcomes == nil }

    /// What the messages say of themselves, and of their producer; nil where it does not matter.
    fileprivate var said: [(column: String, value: String)]? {
        let said = [("app_id", appID), ("explanation_version", version)].compactMap { column, value in
            value.map { (column: column, value: $0) }
        }
        return said.isEmpty ? nil : said
    }

    /// What counts the messages in the filter's state, in sums of `_quarantine_faults`.
    var counted: String {
        switch state {
        case .open: "total - replayed - discarded"
        case .replayed: "replayed"
        case .discarded: "discarded"
        case .all: "total"
        }
    }

    /// Behind `FROM`, read in the order of the messages.
    var source: String {
        "quarantine NOT INDEXED LEFT JOIN quarantine_resolutions ON quarantine_resolutions.quarantine_id = quarantine.id"
    }

    /// The same, read from the index of faults, which is small; where messages are named, by their numbers.
    var countedSource: String {
        guard ids == nil, outcomes == nil else { return source }
        return """
            quarantine INDEXED BY _quarantine_by_fault
            LEFT JOIN quarantine_resolutions ON quarantine_resolutions.quarantine_id = quarantine.id
            """
    }
}
