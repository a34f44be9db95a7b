internal import Events
internal import Store

/// What becomes of one delivery.
extension SQLiteWriter {
    func write(_ index: Int, of batch: DeliveryBatch, _ cursor: inout BatchCursor) throws(StoreError) -> Outcome {
        let delivery = batch.deliveries[index]
        let identity: EventIdentity
        warningCodes.removeAll(keepingCapacity: true)
        switch batch.decisions[index] {
        case .rejected(let place):
            let message = batch.rejections[place]
            if try wasStoredBefore(message) { return .duplicate }
            return try quarantine.append(
                message.errors, of: message.errorCount, eventID: message.eventID, delivery: delivery, bytes: batch.bytes
            )
        case .profiler(let place):
            let event = batch.profilers[place]
            identity = event.identity
            let eventID = batch.bytes[identity.eventID]
            guard try identities.take(eventID, at: identity.occurredAt, for: .profiler, seq: nextSeq) else {
                return try countDuplicate(identity, delivery, batch)
            }
            try profilers.append(
                event, seq: nextSeq, receivedAt: delivery.receivedAt, payload: event.payload ?? delivery.body,
                bytes: batch.bytes)
        case .intelligence(let place):
            let event = batch.intelligence[place]
            identity = event.identity
            let eventID = batch.bytes[identity.eventID]
            guard try identities.take(eventID, at: identity.occurredAt, for: event.table, seq: nextSeq) else {
                return try countDuplicate(identity, delivery, batch)
            }
            if case .outcome(let outcome) = event.kind,
                let first = try intelligence.existingOutcome(of: outcome.riskSignalID)
            {
                try identities.giveBack(eventID, at: identity.occurredAt)
                return try refuse(
                    index, of: batch, eventID: String(decoding: eventID, as: UTF8.self), [outcome.conflict(with: first)]
                )
            }
            try intelligence.append(event, seq: nextSeq, receivedAt: delivery.receivedAt, bytes: batch.bytes)
        }
        var alignment: TrackAlignment?
        for row in cursor.alignments(of: index, in: batch) {
            if !row.isShadow { alignment = row }
            let appender = row.isShadow ? shadowAlignments : alignments
            try appender?.append(row, seq: nextSeq, values: batch.alignmentValues)
        }
        let found = cursor.warnings(of: index, in: batch)
        for place in found.indices {
            var warning = found[place].warning
            let leftOut = batch.warningCountLeftOut(of: index)
            if place == found.endIndex - 1, leftOut > 0 { warning.mention(leftOut) }
            try warnings.append(warning, eventID: batch.bytes[identity.eventID], occurredAt: identity.occurredAt)
            warningCodes.append(warning.code)
        }
        try countStored(batch.decisions[index], in: batch, alignment)
        nextSeq += 1
        return .stored
    }

    /// Last, when nothing can refuse the row any more.
    private func countStored(_ decision: Decision, in batch: DeliveryBatch, _ alignment: TrackAlignment?)
        throws(StoreError)
    {
        switch decision {
        case .rejected: break
        case .intelligence(let place):
            if foldsMetrics { try rollups.note(batch.intelligence[place], bytes: batch.bytes) }
        case .profiler(let place):
            let event = batch.profilers[place]
            let occurredAt = event.identity.occurredAt
            let standing = try sessions.note(batch.bytes[event.sessionID], seq: nextSeq, occurredAt: occurredAt)
            guard case .latest(let previous) = standing, foldsMetrics else { return }
            try rollups.note(
                event, occurredAt: occurredAt, seq: nextSeq, of: batch,
                alignment.map { ($0, models.primary?.tracks ?? []) }, replacing: previous)
        }
    }

    /// A message that was delivered too often may have been stored at one of those times: then it is no poison.
    private func wasStoredBefore(_ message: RejectedMessage) throws(StoreError) -> Bool {
        guard message.refusal.reason == .poison, let occurredAt = message.occurredAt else { return false }
        return try identities.contains(message.eventID, at: occurredAt)
    }

    private func countDuplicate(
        _ identity: EventIdentity, _ delivery: Delivery, _ batch: DeliveryBatch
    ) throws(StoreError) -> Outcome {
        try identities.noteDuplicate(
            batch.bytes[identity.eventID], at: identity.occurredAt, receivedAt: delivery.receivedAt)
        return .duplicate
    }

    func refuse(
        _ index: Int, of batch: DeliveryBatch, eventID: String, _ errors: [Rejection]
    ) throws(StoreError) -> Outcome {
        result.refusals[index] = errors
        return try quarantine.append(
            errors, of: errors.count, eventID: eventID, delivery: batch.deliveries[index], bytes: batch.bytes)
    }

    /// Counts what became of a delivery, for the metrics.
    func countDelivery(_ index: Int, of batch: DeliveryBatch, _ outcome: Outcome) throws(StoreError) {
        let delivery = batch.deliveries[index]
        let reason = outcome == .quarantined ? result.refusal(of: index, in: batch)?.reason : nil
        if outcome == .duplicate { try duplicates.append(delivery) }
        guard foldsMetrics else { return }
        rollups.note(outcome, of: delivery, reason: reason, warnings: outcome == .stored ? warningCodes : [])
    }
}
