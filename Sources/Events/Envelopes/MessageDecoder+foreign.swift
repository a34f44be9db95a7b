import Glibc
internal import JSON

/// Envelopes that are not opened: MassTransit, Debezium, `{"data": {…}}` and the like. The refusal says where in it the event is.
extension MessageDecoder {
    /// Where an event was found.
    private struct FoundEvent {
        var pointer: String
        var isText = false
        var isOneOfSeveral = false
    }

    /// Deeper than in any envelope that is known (Debezium's with its schema: `/payload/after`; a list of records: `/records/0/value`).
    private static let searchedLevels = 4
    private static let searchedMembers = 256

    /// Nil where no event is in there. Debezium's `before` is what is not so any more.
    func foreignEnvelope(_ tape: Tape, _ pointer: String, _ queue: IngestQueue) -> Rejection? {
        var members = Self.searchedMembers
        guard let place = search(tape, Tape.root, pointer, queue, Self.searchedLevels, &members) else { return nil }
        var sentence = "the event is in \(place.pointer)"
        if place.isText { sentence += ", as text" }
        sentence +=
            place.isOneOfSeveral
            ? ", in a list: send one message each, with nothing around the event"
            : ": send the object that is there as the body, with nothing around it"
        switch queue {
        case .profiler:
            return Rejection(
                .missingField, at: pointer, "user_id, session_id and completion_status are required; \(sentence)")
        case .intelligence:
            return Rejection(
                .unknownKind, at: pointer, "none of action_taken, outcome_status and event_type is present; \(sentence)"
            )
        }
    }

    private func search(
        _ tape: Tape, _ container: Int, _ pointer: String, _ queue: IngestQueue, _ levels: Int, _ members: inout Int
    ) -> FoundEvent? {
        let isArray = tape.isKind(container, .array)
        let end = tape.closing(container)
        var inner: [(value: Int, pointer: String)] = []
        var next = container + 1
        var index = 0
        // What is near counts before what is deep.
        while next < end, members > 0 {
            members -= 1
            let value = isArray ? next : next + 1
            defer {
                next = tape.after(value)
                index += 1
            }
            let step = isArray ? "\(index)" : tape.text(next).start(64)
            if step == "before" { continue }
            let place = "\(pointer)/\(Place.escape(step))"
            switch tape.letter(value) {
            case Tape.Kind.object.rawValue:
                if isEvent(value, on: tape, queue) { return FoundEvent(pointer: place, isOneOfSeveral: isArray) }
                inner.append((value, place))
            case Tape.Kind.array.rawValue: inner.append((value, place))
            case Tape.Kind.string.rawValue where holdsEvent(tape.text(value), queue):
                return FoundEvent(pointer: place, isText: true, isOneOfSeveral: isArray)
            default: break
            }
        }
        guard levels > 1 else { return nil }
        for (value, place) in inner {
            if let found = search(tape, value, place, queue, levels - 1, &members) { return found }
        }
        return nil
    }

    /// Whether a text is an object with the name of a member that only events have, as far as can be told without reading it.
    private func holdsEvent(_ text: Text, _ queue: IngestQueue) -> Bool {
        guard text.bytes.first == UInt8(ascii: "{") else { return false }
        let names =
            switch queue {
            case .profiler: ["\"user_id\"", "\"session_id\"", "\"completion_status\""]
            case .intelligence: ["\"action_taken\"", "\"outcome_status\"", "\"event_type\""]
            }
        // simdjson ends its strings with a zero.
        return names.contains { strstr(UnsafeRawPointer(text.base).assumingMemoryBound(to: CChar.self), $0) != nil }
    }
}
