/// What is decided of the messages, and what can be asked of it afterwards: the id, the errors, the warnings, the alignment.
///
/// Whoever wants to know why a message was refused asks ``refusal(of:)``; what only a store can find is in its `BatchResult`, which has the
/// same question with the store's answer first.
extension DeliveryBatch {
    /// Decides that the next delivery is refused.
    package func reject(_ message: RejectedMessage) {
        decisions.append(.rejected(rejections.count))
        rejections.append(message)
        for error in message.refusal.errors { textBytes += error.pointer.utf8.count + error.detail.utf8.count }
    }

    /// Refuses the delivery decided last, whatever was decided, but keeps its identity.
    package func overrule(_ index: Int, with rejection: Rejection) {
        precondition(index == decisions.count - 1, "deliveries are decided in order")
        let message = RejectedMessage(
            eventID: eventID(of: index), occurredAt: occurredAt(of: index), errors: [rejection])
        decisions.removeLast()
        warnings.removeAll { $0.delivery == index }
        warningsLeftOut[index] = nil
        reject(message)
    }

    // MARK: Warnings, while a delivery is being decided

    /// Of a message that has many, one more is counted only.
    package func warn(_ delivery: Int, _ warning: Warning) {
        guard isKept(warning.code, of: delivery) else {
            warningsLeftOut[delivery, default: WarningCounts()].add(warning.code)
            return
        }
        makeRoom(delivery)
        warnings.append((delivery, warning))
        textBytes += warning.pointer.utf8.count + warning.detail.utf8.count
    }

    package func warn(_ delivery: Int, _ list: WarningList) {
        for warning in list.kept { warn(delivery, warning) }
        if !list.leftOut.isEmpty { warningsLeftOut[delivery, default: WarningCounts()].add(list.leftOut) }
    }

    private func makeRoom(_ delivery: Int) {
        let first = warnings.count - Warning.keptPerMessage
        guard first >= 0, warnings[first].delivery == delivery,
            let place = WarningList.dispensable(warnings[first...].lazy.map(\.warning.code))
        else { return }
        warningsLeftOut[delivery, default: WarningCounts()].add(warnings[first + place].warning.code)
        warnings.remove(at: first + place)
    }

    private func isKept(_ code: Warning.Code, of delivery: Int) -> Bool {
        let kept = Warning.keptPerMessage
        guard warnings.count >= kept, warnings[warnings.count - kept].delivery == delivery else { return true }
        return !warnings.reversed().prefix { $0.delivery == delivery }.contains { $0.warning.code == code }
    }

    /// How many warnings of the delivery are not kept.
    package func warningCountLeftOut(of index: Int) -> Int {
        warningsLeftOut[index]?.sum ?? 0
    }

    // MARK: What was decided

    /// The event id of a decided delivery, as text.
    package func eventID(of index: Int) -> String {
        switch decisions[index] {
        case .profiler(let place): bytes.text(profilers[place].identity.eventID)
        case .intelligence(let place): bytes.text(intelligence[place].identity.eventID)
        case .rejected(let place): rejections[place].eventID
        }
    }

    private func occurredAt(of index: Int) -> Timestamp? {
        switch decisions[index] {
        case .profiler(let place): profilers[place].identity.occurredAt
        case .intelligence(let place): intelligence[place].identity.occurredAt
        case .rejected(let place): rejections[place].occurredAt
        }
    }

    /// Why the delivery is refused; nil where it is not.
    package func refusal(of index: Int) -> Refusal? {
        guard case .rejected(let place) = decisions[index] else { return nil }
        return rejections[place].refusal
    }

    /// The warnings that are kept of the delivery. Found by halving, for the few deliveries that are asked about one by one.
    package func warnings(of index: Int) -> [Warning] {
        let first = Self.firstPlace(in: warnings.count) { warnings[$0].delivery >= index }
        return warnings[first...].prefix { $0.delivery == index }.map(\.warning)
    }

    /// What the model that counts says of the delivery; found like its warnings.
    package func alignment(of index: Int) -> TrackAlignment? {
        let first = Self.firstPlace(in: alignments.count) { alignments[$0].delivery >= index }
        return alignments[first...].prefix { $0.delivery == index }.first { !$0.isShadow }
    }

    /// The first of `count` places that `isBehind`, where all after it are.
    private static func firstPlace(in count: Int, _ isBehind: (Int) -> Bool) -> Int {
        var places = 0..<count
        while !places.isEmpty {
            let middle = places.lowerBound + places.count / 2
            places = isBehind(middle) ? places.lowerBound..<middle : middle + 1..<places.upperBound
        }
        return places.lowerBound
    }
}
