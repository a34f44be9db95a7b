internal import JSON

/// What no column of an intelligence event has: it has no payload, and nothing of it may vanish.
extension MessageDecoder {
    /// The known members that a column holds, by their raw values.
    struct StoredMembers {
        private var bits: UInt32 = 0

        subscript(_ name: IntelligenceMember) -> Bool {
            get { bits & (1 << UInt32(name.rawValue)) != 0 }
            set { if newValue { bits |= 1 << UInt32(name.rawValue) } }
        }

        var count: Int { bits.nonzeroBitCount }
    }

    /// Where the kind is not clear nothing is stored.
    func storedMembers(
        _ found: IntelligenceFound, _ kind: IntelligenceEvent.Kind?, _ occurred: FoundTime?, hasVersion: Bool,
        hasID: Bool, _ checks: borrowing MemberChecks
    ) -> StoredMembers {
        var stored = StoredMembers()
        stored[.eventID] = hasID
        stored[.explanationVersion] =
            hasVersion && !isCut(found[.explanationVersion], MessageLimits.explanationVersion, checks)
        if let occurred, occurred.value != 0 {
            stored[.occurredAt] = occurred.value == found[.occurredAt]
            stored[.createdAt] = occurred.value == found[.createdAt]
        }
        switch kind {
        case .recommendation(let event):
            stored[.actionTaken] = true
            stored[.riskSignalID] = true
            stored[.adminUserID] = true
            stored[.recommendationType] = true
            stored[.decisionTimeMilliseconds] = event.decisionTimeMilliseconds != nil
            stored[.propensity] = event.propensity != nil
            let own = confidence(at: found[.confidence], checks)
            stored[.confidence] = own != nil
            stored[.confidenceAtTime] = own == nil && event.confidence != nil
        case .outcome(let event):
            stored[.outcomeStatus] = true
            stored[.riskSignalID] = true
            stored[.resolutionTimeHours] = event.resolutionTimeHours != nil
            stored[.adminNoteID] = event.adminNoteID != nil
        case .view(let event):
            stored[.eventType] = true
            stored[.adminUserID] = true
            stored[.riskSignalID] = event.riskSignalID != nil
        case nil: break
        }
        return stored
    }

    private func isCut(_ value: Int, _ length: ClosedRange<Int>, _ checks: borrowing MemberChecks) -> Bool {
        checks.tape.isKind(value, .string) && !checks.tape.text(value).isAtMost(length.upperBound)
    }

    /// One JSON object of the members that are not `stored`, as they came; nil where there are none. A `context` that is too large is left out.
    func extra(
        _ found: IntelligenceFound, _ stored: StoredMembers, _ checks: inout MemberChecks, _ event: ByteRange,
        in batch: DeliveryBatch
    ) -> ByteRange? {
        guard checks.errors.isEmpty, hasMore(than: stored, found, checks) else { return nil }
        var members: [(key: ByteKey, name: Range<Int>, value: Range<Int>)] = []
        var places: [ByteKey: Int] = [:]
        let bytes = batch.bytes[event]
        JSONMemberScanner.forEachMember(of: 0..<bytes.count, in: bytes) { name, value in
            let key = ByteKey(JSONMemberScanner.unescaped(bytes[name]) ?? "")
            // Of a member that is given twice the last one counts.
            if let place = places[key] {
                members[place] = (key, name, value)
            } else {
                places[key] = members.count
                members.append((key, name, value))
            }
        }
        var text: [UInt8] = []
        for member in members where isExtra(member.key.text, bytes[member.value], stored) {
            if member.key.text == "context", case let size = member.value.count, size > MessageLimits.contextBytes,
                checks.tape.isKind(found[.context], .object)
            {
                let sentence = "the object has \(size) bytes, more than \(MessageLimits.contextBytes)"
                checks.refuse(.tooLong, at: .member("context"), .whole, sentence)
                continue
            }
            text.append(text.isEmpty ? UInt8(ascii: "{") : UInt8(ascii: ","))
            text.append(contentsOf: bytes[member.name])
            text.append(UInt8(ascii: ":"))
            text.append(contentsOf: bytes[member.value])
        }
        guard !text.isEmpty else { return nil }
        text.append(UInt8(ascii: "}"))
        return text.withUnsafeBytes { batch.bytes.append($0) }
    }

    /// Whether the message has a member that is neither null nor stored.
    private func hasMore(than stored: StoredMembers, _ found: IntelligenceFound, _ checks: borrowing MemberChecks)
        -> Bool
    {
        let tape = checks.tape
        let end = tape.closing(Tape.root)
        var key = Tape.root + 1
        var count = 0
        while key < end {
            if !tape.isAbsent(key + 1) { count += 1 }
            key = tape.after(key + 1)
        }
        return count != stored.count
    }

    private func isExtra(_ name: String, _ value: Slice<UnsafeRawBufferPointer>, _ stored: StoredMembers) -> Bool {
        guard !value.elementsEqual("null".utf8) else { return false }
        guard let known = IntelligenceMember.named(name) else { return true }
        return !stored[known] && !value.elementsEqual("\"\"".utf8)
    }
}

extension IntelligenceMember {
    private static let byName: [ByteKey: Self] = Dictionary(
        uniqueKeysWithValues: allCases.map { (ByteKey("\($0.name)"), $0) })

    static func named(_ name: String) -> IntelligenceMember? { byName[ByteKey(name)] }
}
