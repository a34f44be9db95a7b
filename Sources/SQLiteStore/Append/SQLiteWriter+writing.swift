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
            let standing = try identities.take(identity, batch.bytes, for: .profiler, seq: nextSeq)
            if let outcome = try settle(standing, index, identity, .profiler, of: batch) { return outcome }
            try profilers.append(
                event, seq: nextSeq, receivedAt: delivery.receivedAt, payload: event.payload ?? delivery.body,
                bytes: batch.bytes)
        case .intelligence(let place):
            let event = batch.intelligence[place]
            identity = event.identity
            let standing = try identities.take(identity, batch.bytes, for: event.table, seq: nextSeq)
            if let outcome = try settle(standing, index, identity, event.table, of: batch) { return outcome }
            if case .outcome(let outcome) = event.kind,
                let first = try intelligence.existingOutcome(of: outcome.riskSignalID)
            {
                try identities.giveBack(identity, batch.bytes, for: .outcome)
                if first.isSame(as: outcome) { return try countDuplicate(identity, delivery, batch) }
                return try refuse(
                    index, of: batch, eventID: batch.bytes.text(identity.eventID), [outcome.conflict(with: first)])
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
        if !found.isEmpty { try appendWarnings(found, index, of: batch, identity) }
        try countStored(index, of: batch, alignment)
        nextSeq += 1
        return .stored
    }

    /// Of an identity that is not new: nil where it is.
    @inline(__always)
    private func settle(
        _ standing: IdentityIndex.Standing, _ index: Int, _ identity: EventIdentity, _ table: EventTable,
        of batch: DeliveryBatch
    ) throws(StoreError) -> Outcome? {
        switch standing {
        case .new: return nil
        case .known: return try countDuplicate(identity, batch.deliveries[index], batch)
        case .taken(let seq):
            let eventID = batch.bytes.text(identity.eventID)
            return try refuse(index, of: batch, eventID: eventID, [identity.conflict(eventID, with: seq, in: table)])
        }
    }

    /// One row for each code: the first warning and how many there are.
    @inline(never)
    private func appendWarnings(
        _ found: ArraySlice<(delivery: Int, warning: Warning)>, _ index: Int, of batch: DeliveryBatch,
        _ identity: EventIdentity
    ) throws(StoreError) {
        let leftOut = batch.warningsLeftOut[index]
        for (_, warning) in found where !warningCodes.contains(warning.code) {
            let kept = found.count { $0.warning.code == warning.code }
            try warnings.append(
                warning, count: kept + (leftOut?[warning.code] ?? 0), seq: nextSeq,
                eventID: batch.bytes[identity.eventID], occurredAt: identity.occurredAt)
            warningCodes.append(warning.code)
        }
    }

    /// Last, when nothing can refuse the row any more.
    private func countStored(_ index: Int, of batch: DeliveryBatch, _ alignment: TrackAlignment?)
        throws(StoreError)
    {
        switch batch.decisions[index] {
        case .rejected: break
        case .intelligence(let place):
            guard foldsMetrics else { return }
            let event = batch.intelligence[place]
            try rollups.note(event, bytes: batch.bytes)
            try cases.note(event, seq: nextSeq, bytes: batch.bytes, &rollups)
        case .profiler(let place):
            let event = batch.profilers[place]
            let occurredAt = event.identity.occurredAt
            let standing = try sessions.note(batch.bytes[event.sessionID], seq: nextSeq, occurredAt: occurredAt)
            switch standing {
            case .late(let latest):
                try noteUser(of: event, comparedWith: latest, index, of: batch)
            case .latest(let previous):
                if let previous { try noteUser(of: event, comparedWith: previous, index, of: batch) }
                guard foldsMetrics else { return }
                try rollups.note(
                    event, occurredAt: occurredAt, seq: nextSeq, of: batch,
                    alignment.map { ($0, alignments?.modelID ?? 0) }, replacing: previous)
            }
        }
    }

    /// Warns where a session was another user's until now, in the state that the event `seq` holds.
    private func noteUser(of event: ProfilerTelemetry, comparedWith seq: Int64, _ index: Int, of batch: DeliveryBatch)
        throws(StoreError)
    {
        if rollups.isSameUser(event, as: seq, of: batch) == true { return }
        guard let warning = try users.change(by: event, since: seq, batch.bytes) else { return }
        try warnings.append(
            warning, count: 1, seq: nextSeq, eventID: batch.bytes[event.identity.eventID],
            occurredAt: event.identity.occurredAt)
        warningCodes.append(warning.code)
        result.warnings[index] = warning
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
