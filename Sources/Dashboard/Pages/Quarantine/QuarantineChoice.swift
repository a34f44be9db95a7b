internal import Events
package import Store
internal import TimeZones

/// Which quarantined messages an address is about.
struct QuarantineChoice {
    /// What a selection may be made by.
    static let names = [
        "state", "reason", "queue", "shape", "pointer", "text", "version", "app_id", "from", "to", "id", "max", "dry",
    ]
    /// How an address names what messages do not say: `unknown` is what is stored of an event without a version.
    static let noVersion = "unknown"
    static let noAppID = "-"
    /// The shape of the pointer that is empty. Others begin with a stroke.
    static let wholeBody = "."

    var filter = QuarantineFilter()
    /// The parameters that made it, in one spelling: the same selection is the same text.
    let query: FormValues

    init(_ parameters: inout Parameters, _ url: PageURL, zone: TimeZone) {
        filter.state =
            parameters.word("state", of: QuarantineFilter.State.allCases.map(\.rawValue)).flatMap {
                QuarantineFilter.State(rawValue: $0)
            } ?? .open
        filter.reason = parameters.word("reason", of: Rejection.Reason.allCases.map(\.rawValue))
        filter.queue = parameters.text("queue")
        filter.shape = parameters.text("shape", longest: 2000).map { $0 == Self.wholeBody ? "" : $0 }
        filter.pointerPrefix = parameters.text("pointer", longest: 2000)
        filter.text = parameters.text("text")
        filter.version = parameters.text("version").map { $0 == Self.noVersion ? "" : $0 }
        filter.appID = parameters.text("app_id", longest: 255).map { $0 == Self.noAppID ? "" : $0 }
        filter.from = parameters.value("from") { text in try WindowChoice.moment(text, "from", zone) }
        filter.to = parameters.value("to") { text in try WindowChoice.moment(text, "to", zone) }
        filter.greatestID = parameters.integer("max", in: 0...Int64.max)
        let ids = parameters.texts("id", most: 200)
        if !ids.isEmpty {
            filter.ids = ids.compactMap { Int64($0) }
            if filter.ids?.count != ids.count { parameters.fault("id", "id is not the number of a message") }
        }
        if let dry = parameters.integer("dry", in: 1...Int64.max) {
            filter.outcomes = QuarantineFilter.Outcomes(operation: dry, words: [.stored, .duplicate])
        }
        // Times as they were read: the text means the same in another zone.
        let times = ["from": filter.from, "to": filter.to]
        let given = Self.names.flatMap { name -> [FormValues.Pair] in
            if let time = times[name] { return time.map { [FormValues.Pair(name, RFC3339.text($0))] } ?? [] }
            return url.query.all(name).filter { !$0.isEmpty }.map { FormValues.Pair(name, $0) }
        }
        query = FormValues(given)
    }

    /// In words.
    var sentence: String {
        var words: [String] = []
        if let ids = filter.ids {
            words.append(
                "\(ids.count == 1 ? "the message" : "the messages") \(ids.prefix(5).map { "\($0)" }.joined(separator: ", "))\(ids.count > 5 ? " and others" : "")"
            )
        }
        if let reason = filter.reason { words.append("with \(reason)") }
        if let shape = filter.shape { words.append("at \(shape.isEmpty ? "the whole body" : shape)") }
        if let pointer = filter.pointerPrefix { words.append("below \(pointer)") }
        if let queue = filter.queue { words.append("of \(queue)") }
        if let text = filter.text { words.append("that say “\(text)”") }
        if let from = filter.from { words.append("received from \(PageTime(from, .utc).full) UTC on") }
        if let to = filter.to { words.append("received before \(PageTime(to, .utc).full) UTC") }
        if let dry = filter.outcomes { words.append("that dry run \(dry.operation) found good") }
        if let version = filter.version {
            words.append(version.isEmpty ? "without a version" : "of version \(version)")
        }
        if let appID = filter.appID {
            words.append(appID.isEmpty ? "of producers without a name" : "of the producer \(appID)")
        }
        let state = filter.state == .all ? "messages" : "\(filter.state.rawValue) messages"
        let what = words.isEmpty ? "all \(state)" : "\(state): \(words.joined(separator: ", "))"
        return filter.greatestID.map { "\(what), up to number \(Words.count($0))" } ?? what
    }
}

/// The filter of a selection that was kept with an operation.
package enum SelectionFilter {
    /// Nil for what is no selection.
    package static func make(_ selection: String) -> QuarantineFilter? {
        guard let query = FormValues(encoded: selection) else { return nil }
        let url = PageURL("/", query)
        var parameters = Parameters(url)
        // Its times are whole: the zone does not matter.
        let filter = QuarantineChoice(&parameters, url, zone: .utc).filter
        guard (try? parameters.finish()) != nil else { return nil }
        return filter
    }
}
