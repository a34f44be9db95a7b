/// What was found to be wrong or odd about the messages.
extension DeliveryBatch {
    /// Decides that the next delivery is refused.
    package func reject(_ message: RejectedMessage) {
        decisions.append(.rejected(rejections.count))
        rejections.append(message)
        for error in message.errors { textBytes += error.pointer.utf8.count + error.detail.utf8.count }
    }

    /// Whether one more warning about `delivery`, the one that is being decided, would be kept. Where not it is counted here, and nobody looks
    /// for words.
    package func isWarningWorthWords(_ delivery: Int) -> Bool {
        let kept = Warning.keptPerMessage
        guard warnings.count >= kept, warnings[warnings.count - kept].delivery == delivery else { return true }
        warningsLeftOut[delivery, default: 0] += 1
        return false
    }

    package func warn(_ delivery: Int, _ warning: Warning) {
        guard isWarningWorthWords(delivery) else { return }
        warnings.append((delivery, warning))
        textBytes += warning.pointer.utf8.count + warning.detail.utf8.count
    }

    /// Counts warnings about `delivery` that were left out where they were found.
    package func leaveOutWarnings(_ delivery: Int, _ count: Int) {
        if count > 0 { warningsLeftOut[delivery, default: 0] += count }
    }

    /// For a delivery that is refused after it had been decided otherwise.
    package func withdrawWarnings(_ delivery: Int) {
        warnings.removeAll { $0.delivery == delivery }
        warningsLeftOut[delivery] = nil
    }

    /// What the batch holds, in bytes: its messages with everything that was made of them, not the memory it keeps for the next ones.
    package var weight: Int {
        func bytes<Element>(_ array: [Element]) -> Int { array.count * MemoryLayout<Element>.stride }
        return self.bytes.count + textBytes + bytes(deliveries) + bytes(decisions) + bytes(profilers)
            + bytes(intelligence)
            + rejections.count * (MemoryLayout<RejectedMessage>.stride + Self.errorBytes) + bytes(warnings)
            + bytes(answers) + bytes(reportedAlignment) + bytes(moduleTimes) + bytes(alignments)
            + bytes(alignmentValues)
    }

    /// Of a refused message's array of errors, beside their texts.
    private static var errorBytes: Int { 32 + Rejection.keptPerMessage * MemoryLayout<Rejection>.stride }
}
