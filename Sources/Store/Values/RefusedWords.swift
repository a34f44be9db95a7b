internal import Events

/// What a refused body says of itself, as far as it can be read: the members of its object are looked at, not those below.
///
/// A body that is no JSON is read up to the place where it goes wrong: of a body that was cut off, the beginning still counts.
package struct RefusedWords: Sendable, Equatable {
    /// Of a larger body nothing is read.
    package static let mostBytes = 64 * 1024
    /// A version may have so many characters; see <doc:Messages>.
    private static let mostVersionBytes = 128

    /// Empty where there is none, it is none that could be stored, or it is `unknown`, which is what is stored where there is none.
    package private(set) var version = ""
    /// The word that tells what happened: `ACCEPTED`, `RESOLVED`, `DASHBOARD_OPEN`, `finished`. `other` for a word that is not known; empty where there is none.
    package private(set) var eventType = ""
    /// Of which table the message would be, by its first member that tells.
    package private(set) var table: EventTable?

    package init(_ body: UnsafeRawBufferPointer) {
        guard body.count <= Self.mostBytes else { return }
        var scan = MemberScan(body)
        while let (name, value) = scan.next() {
            if name.isEqual(to: "explanation_version") {
                version = Self.version(value)
            } else if let (table, words) = Self.kind(name) {
                guard self.table == nil else { continue }
                self.table = table
                eventType = Self.word(value, of: words)
            }
        }
    }

    private static func version(_ value: MemberScan.Value) -> String {
        guard value.isScalar, !value.bytes.isEmpty, value.bytes.count <= mostVersionBytes,
            !value.bytes.contains(where: { $0 < 0x20 })
        else { return "" }
        let text = String(decoding: value.bytes, as: UTF8.self)
        return text == "unknown" || value.kind == .null ? "" : text
    }

    private static func word(_ value: MemberScan.Value, of words: [StaticString]) -> String {
        guard value.isText, !value.bytes.isEmpty else { return value.isScalar && value.kind != .null ? "other" : "" }
        return words.first { value.bytes.isEqual(to: $0, ignoringCase: true) }.map { "\($0)" } ?? "other"
    }

    private static func kind(_ name: UnsafeRawBufferPointer) -> (EventTable, [StaticString])? {
        if name.isEqual(to: "action_taken") { return (.recommendation, actions) }
        if name.isEqual(to: "outcome_status") { return (.outcome, outcomes) }
        if name.isEqual(to: "event_type") { return (.view, views) }
        if name.isEqual(to: "completion_status") { return (.profiler, steps) }
        return nil
    }

    private static let actions: [StaticString] = ["VIEWED", "ACCEPTED", "IGNORED", "OVERRIDDEN"]
    private static let outcomes: [StaticString] = ["RESOLVED", "ESCALATED", "NO_ACTION", "FALSE_POSITIVE"]
    private static let views: [StaticString] = [
        "DASHBOARD_OPEN", "SIGNAL_DETAIL_OPEN", "EXPLANATION_EXPAND", "ADMIN_NOTE_CREATE",
    ]
    private static let steps: [StaticString] = ["started", "in_progress", "finished", "locked"]
}
