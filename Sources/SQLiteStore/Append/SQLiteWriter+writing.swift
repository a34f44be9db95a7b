internal import Events
internal import Store

/// What becomes of one delivery.
extension SQLiteWriter {
    func write(_ index: Int, of batch: DeliveryBatch, _ cursor: inout BatchCursor) throws(StoreError) -> Outcome {
        let delivery = batch.deliveries[index]
        let identity: EventIdentity
        warningCodes.removeAll(keepingCapacity: true)
        let own = cursor.alignments(of: index, in: batch)
        var change: SessionChange?
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
            if !event.dimensions.isEmpty { try dimensions.append(event.dimensions, of: batch, seq: nextSeq) }
            change = try self.change(by: event, index, of: batch, own: own)
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
            if !event.dimensions.isEmpty { try dimensions.append(event.dimensions, of: batch, seq: nextSeq) }
        }
        if let (rows, room) = change?.alignments {
            for row in rows { try append(row, values: room.alignmentValues) }
            result.alignments[index] = rows[...].primary.map {
                FoldedAlignment(row: $0, values: Array(room.alignmentValues[$0.values]))
            }
        } else {
            for row in own { try append(row, values: batch.alignmentValues) }
        }
        let found = cursor.warnings(of: index, in: batch)
        if !found.isEmpty { try appendWarnings(found, index, of: batch, identity) }
        for warning in change?.warnings ?? [] { try warn(warning, of: identity, index, of: batch) }
        switch batch.decisions[index] {
        case .rejected: break
        case .intelligence(let place):
            let event = batch.intelligence[place]
            try rollups.note(event, bytes: batch.bytes, batch.dimensions[event.dimensions], of: batch)
            for entity in entities { try entity.note(event, seq: nextSeq, bytes: batch.bytes, &rollups) }
        case .profiler(let place):
            if let change { try note(change, batch.profilers[place], index, of: batch, own.primary) }
        }
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

    @inline(__always)
    private func append(_ row: TrackAlignment, values: [Double]) throws(StoreError) {
        try (row.isShadow ? shadowAlignments : alignments)?.append(row, seq: nextSeq, values: values)
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
        rollups.note(outcome, of: delivery, reason: reason, warnings: outcome == .stored ? warningCodes : [])
    }
}
