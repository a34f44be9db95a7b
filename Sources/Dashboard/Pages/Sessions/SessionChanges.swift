/// What each message of a session says anew: members whose value is another than in the messages before it.
struct SessionChanges {
    struct Change: Equatable {
        /// Where it stands: `/answers/3/option_id`.
        var name: String
        /// Nil where it was not there.
        var old: String?
        var new: String
    }

    /// Different in every message.
    private static let ignored: Set<String> = ["/event_id", "/emitted_at", "/occurred_at"]

    private let isRevealed: Bool
    private var state: [String: (value: String, shown: String)] = [:]

    /// Personal values are hidden unless they were asked for; that they changed is told.
    init(isRevealed: Bool) { self.isRevealed = isRevealed }

    /// Of the next message; nil for what is no JSON.
    mutating func take(_ payload: String) -> [Change]? {
        guard let values = PayloadValues(payload, isWhole: Masked.members.contains) else { return nil }
        var changes: [Change] = []
        for value in values.values {
            let name = value.path.map { "/\($0)" }.joined()
            guard !Self.ignored.contains(name) else { continue }
            let text = values.text(value)
            let shown = isRevealed ? text : Masked.instead(of: value, values) ?? text
            let old = state[name]
            state[name] = (text, shown)
            guard old?.value != text else { continue }
            changes.append(
                Change(name: name, old: old?.shown, new: old?.shown == shown ? "\(shown), another one" : shown))
        }
        return changes
    }
}
