internal import JSON

/// The payload of a profiler message in which every reader finds what the columns hold.
///
/// Of a member that is given twice SQLite's `json_extract` takes the first, PostgreSQL and most libraries the last; and where a name is spelled
/// with escapes, SQLite before 3.45 does not find it at all. Of the members that are read (see ``MessageRules``) only the last one stays, and
/// its name is spelled plainly. All other bytes stay as they came.
enum PlainPayload {
    /// What an object's members are, as far as they are read.
    private enum Kind {
        case message, device, answers, answer
        /// An object with free names, whose spelling is left alone.
        case entries
    }

    private struct Member {
        var name: Range<Int>
        var value: Range<Int>
        var key: ByteKey
    }

    /// Appended to `arena`; nil where the body is plain already. `body` is JSON that the decoder has accepted.
    static func make(of body: ByteRange, in arena: inout ByteArena) -> ByteRange? {
        let bytes = arena[body]
        var edits: [(place: Range<Int>, text: [UInt8])] = []
        collect(.message, 0..<bytes.count, bytes, &edits)
        guard !edits.isEmpty else { return nil }
        var plain: [UInt8] = []
        plain.reserveCapacity(bytes.count)
        var copied = 0
        for edit in edits {
            plain.append(contentsOf: bytes[copied..<edit.place.lowerBound])
            plain.append(contentsOf: edit.text)
            copied = edit.place.upperBound
        }
        plain.append(contentsOf: bytes[copied...])
        return plain.withUnsafeBytes { arena.append($0) }
    }

    private static func collect(
        _ kind: Kind, _ value: Range<Int>, _ bytes: UnsafeRawBufferPointer,
        _ edits: inout [(place: Range<Int>, text: [UInt8])]
    ) {
        if kind == .answers {
            JSONMemberScanner.forEachElement(of: value, in: bytes) { collect(.answer, $0, bytes, &edits) }
            return
        }
        var members: [Member] = []
        var last: [ByteKey: Int] = [:]
        JSONMemberScanner.forEachMember(of: value, in: bytes) { name, value in
            let key = ByteKey(JSONMemberScanner.unescaped(bytes[name]) ?? "")
            last[key] = members.count
            members.append(Member(name: name, value: value, key: key))
        }
        for (place, member) in members.enumerated() where isRead(member.key, kind) {
            if last[member.key] != place {
                // There is a later one, so the comma goes too.
                edits.append((member.name.lowerBound..<members[place + 1].name.lowerBound, []))
                continue
            }
            let spelled = Array(JSONText.quoted(member.key.text).utf8)
            if kind != .entries, !bytes[member.name].elementsEqual(spelled) { edits.append((member.name, spelled)) }
            if let inner = inner(member.key, kind) { collect(inner, member.value, bytes, &edits) }
        }
    }

    private static let messageNames = names(of: ProfilerMember.self)
    private static let deviceNames = names(of: DeviceMember.self)
    private static let answerNames = names(of: AnswerMember.self)

    private static func names<Name: MemberName>(of type: Name.Type) -> Set<ByteKey> {
        Set(type.allCases.map { ByteKey("\($0.name)") })
    }

    private static func isRead(_ key: ByteKey, _ kind: Kind) -> Bool {
        switch kind {
        case .message: messageNames.contains(key)
        case .device: deviceNames.contains(key)
        case .answer: answerNames.contains(key)
        case .entries: true
        case .answers: false
        }
    }

    private static func inner(_ key: ByteKey, _ kind: Kind) -> Kind? {
        guard kind == .message else { return nil }
        switch key.text {
        case "device_browser": return .device
        case "answers", "scenario_choices": return .answers
        case "time_spent_per_module", "track_alignment_percentages": return .entries
        default: return nil
        }
    }
}
