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
        let tape = checks.tape
        let end = tape.closing(Tape.root)
        let lastPlaces = Self.lastPlaces(on: tape)
        let bytes = batch.bytes[event]
        var text = checks.scratch.takeBytes()
        // The tape has the members in the order of the text.
        var key = Tape.root + 1
        JSONMemberScanner.forEachMember(of: 0..<bytes.count, in: bytes) { name, value in
            guard key < end else { return }
            let own = key
            key = tape.after(own + 1)
            guard isExtra(tape.text(own), own + 1, stored, tape) else { return }
            let isLast =
                lastPlaces.map { $0[ByteKey(tape.text(own).raw)] == own } ?? !tape.hasKey(tape.text(own), from: key)
            guard isLast else { return }
            if own + 1 == found[.context], value.count > MessageLimits.contextBytes,
                tape.isKind(own + 1, .object)
            {
                let sentence = "the object has \(value.count) bytes, more than \(MessageLimits.contextBytes)"
                checks.refuse(.tooLong, at: .member("context"), .whole, sentence)
                return
            }
            text.append(text.isEmpty ? UInt8(ascii: "{") : UInt8(ascii: ","))
            text.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[name]))
            text.append(UInt8(ascii: ":"))
            text.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[value]))
        }
        defer { checks.scratch.giveBack(text) }
        guard !text.isEmpty else { return nil }
        text.append(UInt8(ascii: "}"))
        return text.withUnsafeBytes { batch.bytes.append($0) }
    }

    /// Of a message with very many members, where each name stands last; nil for the others, whose names are few enough to be compared.
    private static func lastPlaces(on tape: Tape) -> [ByteKey: Int]? {
        let end = tape.closing(Tape.root)
        // Each member takes two words at least.
        guard end > 2 * 64 else { return nil }
        var last: [ByteKey: Int] = [:]
        var key = Tape.root + 1
        while key < end {
            last[ByteKey(tape.text(key).raw)] = key
            key = tape.after(key + 1)
        }
        return last
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

    private func isExtra(_ name: Text, _ value: Int, _ stored: StoredMembers, _ tape: Tape) -> Bool {
        guard !tape.isAbsent(value) else { return false }
        let position = vocabulary.intelligence.position(of: name)
        guard position >= 0, let known = IntelligenceMember(rawValue: position) else { return true }
        return !stored[known] && !(tape.isKind(value, .string) && tape.text(value).count == 0)
    }
}
