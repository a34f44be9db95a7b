internal import JSON

/// The merged members of a session as a JSON document: what a message would be that says all of it.
///
/// Members that Alidade does not know are merged by name, as they stand.
struct SessionDocument {
    private let before: SessionMessage
    private let after: SessionMessage
    private let merged: ProfilerTelemetry
    private let room: DeliveryBatch
    private(set) var text = ""
    private(set) var keepsStatement = false
    private(set) var keepsDevice = false

    /// Beyond it, what is not known is left out: a producer that thinks of new names all the time must not fill the store.
    private static let largest = 1 << 18

    init(before: SessionMessage, after: SessionMessage, merged: ProfilerTelemetry, in room: DeliveryBatch) {
        self.before = before
        self.after = after
        self.merged = merged
        self.room = room
    }

    mutating func write() {
        let (old, new) = (Self.members(of: before), Self.members(of: after))
        write(old, new, withUnknown: true)
        if text.utf8.count > Self.largest { write(old, new, withUnknown: false) }
    }

    private mutating func write(_ old: [Member], _ new: [Member], withUnknown: Bool) {
        var names = old.map(\.name)
        let known = Set(names)
        names += new.lazy.map(\.name).filter { !known.contains($0) }
        let (oldPlaces, newPlaces) = (Self.places(old), Self.places(new))
        var parts: [String] = []
        for name in names {
            let member = Self.knownNames[name]
            guard member != nil || withUnknown else { continue }
            let previous = oldPlaces[name].map { old[$0].value } ?? "null"
            let own = newPlaces[name].map { new[$0].value } ?? "null"
            guard let value = value(of: member, previous, own) else { continue }
            parts.append("\(name.text):\(value)")
        }
        // Named by the recommendation that took the other's place.
        if let track = merged.overrideTrackID, !names.contains(Self.overrideName) {
            parts.append("\(Self.overrideName.text):\(Self.quoted(room.bytes[track]))")
        }
        text = "{\(parts.joined(separator: ","))}"
    }

    /// Nil for what is left out.
    private mutating func value(of member: ProfilerMember?, _ previous: String, _ own: String) -> String? {
        switch member {
        case .eventID, .emittedAt: return own == "null" ? nil : own
        case .timeSpentPerModule: return modules
        case .scenarioChoices: return answers(false)
        case .answers: return answers(true)
        case .recommendedTrackID: return merged.recommendedTrackID.map { Self.quoted(room.bytes[$0]) } ?? own
        case .overrideTrackID: return merged.overrideTrackID.map { Self.quoted(room.bytes[$0]) } ?? own
        case .trackConfidence: return merged.trackConfidence.map { "\($0)" } ?? "null"
        case .valueStatement:
            keepsStatement = !own.hasPrefix("\"") && previous.hasPrefix("\"")
            return keepsStatement ? previous : own
        case .deviceBrowser:
            keepsDevice = !after.event.hasDevice && before.event.hasDevice
            return keepsDevice ? previous : own
        case .trackAlignmentPercentages:
            return after.event.reportedAlignment.isEmpty && !before.event.reportedAlignment.isEmpty ? previous : own
        case .some(let member): return after.has(member) || previous == "null" ? own : previous
        case nil: return own == "null" ? previous : own
        }
    }

    private var modules: String {
        let entries = room.moduleTimes[merged.moduleTimes].map { module in
            "\(Self.quoted(room.bytes[module.module])):\(module.seconds)"
        }
        return "{\(entries.joined(separator: ","))}"
    }

    private func answers(_ isFromAnswers: Bool) -> String {
        let entries = room.answers[merged.answers].lazy.filter { $0.isFromAnswers == isFromAnswers }.map { answer in
            var members: [String] = []
            if let id = answer.questionID { members.append("\"question_id\":\(Self.quoted(room.bytes[id]))") }
            if let key = answer.questionKey { members.append("\"question_key\":\(Self.quoted(room.bytes[key]))") }
            members.append("\"selected_option\":\(Self.quoted(room.bytes[answer.option]))")
            return "{\(members.joined(separator: ","))}"
        }
        return "[\(entries.joined(separator: ","))]"
    }

    // MARK: Reading

    private struct Member {
        /// With its quotes, as it stands.
        let name: ByteKey
        let value: String
    }

    private static let knownNames = Dictionary(
        uniqueKeysWithValues: ProfilerMember.allCases.map { (ByteKey("\"\($0.name)\""), $0) })

    private static let overrideName = ByteKey("\"\(ProfilerMember.overrideTrackID.name)\"")

    private static func members(of message: SessionMessage) -> [Member] {
        let bytes = message.bytes(message.payload)
        var members: [Member] = []
        JSONMemberScanner.forEachMember(of: 0..<bytes.count, in: bytes) { name, value in
            members.append(
                Member(
                    name: ByteKey(UnsafeRawBufferPointer(rebasing: bytes[name])),
                    value: String(decoding: bytes[value], as: UTF8.self)))
        }
        return members
    }

    /// Of a name given twice the last one counts.
    private static func places(_ members: [Member]) -> [ByteKey: Int] {
        Dictionary(members.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { $1 })
    }

    private static func quoted(_ bytes: UnsafeRawBufferPointer) -> String {
        JSONText.quoted(String(decoding: bytes, as: UTF8.self))
    }
}

extension SessionMessage {
    /// Whether the message has a usable value of a member that holds one value.
    fileprivate func has(_ member: ProfilerMember) -> Bool {
        switch member {
        case .timeSpentSeconds: event.timeSpentSeconds != nil
        case .aptitudeScore: event.aptitudeScore != nil
        case .technicalExposureScore: event.technicalExposureScore != nil
        case .overallScore: event.overallScore != nil
        case .behavioralScore: event.behavioralScore != nil
        case .workStyleCluster: event.workStyleCluster != nil
        case .difficultySelection: event.difficultySelection != nil
        case .resultAccepted: event.resultAccepted != nil
        case .attemptCount: event.attemptCount != nil
        case .adminResetBy: event.adminResetBy != nil
        case .startedAt: event.startedAt != nil
        case .completedAt: event.completedAt != nil
        case .resultAcceptedAt: event.resultAcceptedAt != nil
        case .foundationsTransitionAt: event.foundationsTransitionAt != nil
        default: true
        }
    }
}
