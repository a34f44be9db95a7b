package import Events

/// Makes decided batches by hand: what the decoder would have made of messages.
package struct BatchBuilder {
    package let batch = DeliveryBatch()
    package var receivedAt: Timestamp = 1_770_000_000_000_000

    package init() {}

    package mutating func profiler(
        _ id: String, at occurredAt: Timestamp, session: String, status: CompletionStatus = .started,
        user: String = "u1", warnings: [Warning] = [], content: UInt64 = 0
    ) {
        let delivery = deliver(
            .profiler,
            body:
                #"{"event_id":"\#(id)","user_id":"\#(user)","session_id":"\#(session)","completion_status":"\#(status.rawValue)"}"#
        )
        var event = ProfilerTelemetry(
            identity: EventIdentity(eventID: batch.bytes.append(id), occurredAt: occurredAt, content: content))
        event.userID = batch.bytes.append(user)
        event.sessionID = batch.bytes.append(session)
        event.completionStatus = status
        batch.decisions.append(.profiler(batch.profilers.count))
        batch.profilers.append(event)
        for warning in warnings { batch.warn(delivery, warning) }
    }

    package mutating func recommendation(
        _ id: String, at occurredAt: Timestamp, type: String = "mentoring", content: UInt64 = 0, signal: Int64 = 1
    ) {
        intelligence(
            id, at: occurredAt, content: content,
            .recommendation(
                IntelligenceEvent.Recommendation(
                    action: .viewed, riskSignalID: signal, adminUserID: 2,
                    recommendationType: batch.bytes.append(type),
                    confidence: .high, decisionTimeMilliseconds: 12)))
    }

    package mutating func outcome(
        _ id: String, at occurredAt: Timestamp, signal: Int64, _ status: OutcomeStatus = .resolved
    ) {
        intelligence(
            id, at: occurredAt,
            .outcome(
                IntelligenceEvent.SignalOutcome(
                    status: status, riskSignalID: signal, resolutionTimeHours: 1.5, adminNoteID: nil)))
    }

    package mutating func view(_ id: String, at occurredAt: Timestamp, content: UInt64 = 0) {
        let view = IntelligenceEvent.AdminView(eventType: .dashboardOpen, adminUserID: 2, riskSignalID: nil)
        intelligence(id, at: occurredAt, content: content, .view(view))
    }

    package mutating func rejected(
        _ id: String, body: String, _ reason: Rejection.Reason = .notJSON, errorCount: Int? = nil
    ) {
        deliver(.intelligence, body: body)
        batch.reject(
            RejectedMessage(
                eventID: id, occurredAt: nil,
                errors: [Rejection(reason, at: "/x", "why"), Rejection(.tooLong, at: "", "b")],
                errorCount: errorCount))
    }

    private mutating func intelligence(
        _ id: String, at occurredAt: Timestamp, content: UInt64 = 0, _ kind: IntelligenceEvent.Kind
    ) {
        deliver(.intelligence, body: #"{"event_id":"\#(id)"}"#)
        batch.decisions.append(.intelligence(batch.intelligence.count))
        batch.intelligence.append(
            IntelligenceEvent(
                identity: EventIdentity(eventID: batch.bytes.append(id), occurredAt: occurredAt, content: content),
                explanationVersion: batch.bytes.append("v1"), kind: kind))
    }

    @discardableResult
    private mutating func deliver(_ queue: IngestQueue, body: String) -> Int {
        var properties = MessageProperties()
        properties.messageID = batch.bytes.append("m-\(batch.count)")
        properties.headers = batch.bytes.append(#"{"a":[1,"x"]}"#)
        let content = batch.bytes.append(body)
        batch.deliveries.append(
            Delivery(
                tag: UInt64(batch.count + 1), queue: queue, receivedAt: receivedAt, body: content,
                routingKey: batch.bytes.append("intelligence.x"), properties: properties))
        return batch.count - 1
    }
}
