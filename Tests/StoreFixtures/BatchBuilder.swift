package import Events

/// Makes decided batches by hand: what the decoder would have made of messages.
package struct BatchBuilder {
    package let batch = DeliveryBatch()
    package var receivedAt: Timestamp = 1_770_000_000_000_000

    package init() {}

    package mutating func profiler(
        _ id: String, at occurredAt: Timestamp, session: String, status: CompletionStatus = .started,
        user: String = "u1", warnings: [Warning] = [], content: UInt64 = 0,
        _ change: (inout ProfilerTelemetry) -> Void = { _ in }
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
        change(&event)
        batch.decisions.append(.profiler(batch.profilers.count))
        batch.profilers.append(event)
        for warning in warnings { batch.warn(delivery, warning) }
    }

    package mutating func recommendation(
        _ id: String, at occurredAt: Timestamp, type: String = "mentoring", content: UInt64 = 0, signal: Int64 = 1,
        admin: Int64 = 2, _ action: RecommendationAction = .viewed, confidence: Confidence? = .high,
        decisionTime: Int64? = 12, version: String = "v1", warnings: [Warning] = []
    ) {
        intelligence(
            id, at: occurredAt, content: content, version: version, warnings: warnings,
            .recommendation(
                IntelligenceEvent.Recommendation(
                    action: action, riskSignalID: signal, adminUserID: admin,
                    recommendationType: batch.bytes.append(type),
                    confidence: confidence, decisionTimeMilliseconds: decisionTime)))
    }

    package mutating func outcome(
        _ id: String, at occurredAt: Timestamp, signal: Int64, _ status: OutcomeStatus = .resolved,
        hours: Double? = 1.5, version: String = "v1"
    ) {
        intelligence(
            id, at: occurredAt, version: version,
            .outcome(
                IntelligenceEvent.SignalOutcome(
                    status: status, riskSignalID: signal, resolutionTimeHours: hours, adminNoteID: nil)))
    }

    package mutating func view(
        _ id: String, at occurredAt: Timestamp, content: UInt64 = 0, admin: Int64 = 2,
        _ type: ViewType = .dashboardOpen, signal: Int64? = nil, version: String = "v1"
    ) {
        let view = IntelligenceEvent.AdminView(eventType: type, adminUserID: admin, riskSignalID: signal)
        intelligence(id, at: occurredAt, content: content, version: version, .view(view))
    }

    package mutating func rejected(
        _ id: String, body: String, _ reason: Rejection.Reason = .notJSON, errorCount: Int? = nil,
        at pointer: String = "/x", _ detail: String = "why", appID: String? = nil
    ) {
        let delivery = deliver(.intelligence, body: body)
        batch.deliveries[delivery].properties.appID = appID.map { batch.bytes.append($0) }
        batch.reject(
            RejectedMessage(
                eventID: id, occurredAt: nil,
                errors: [Rejection(reason, at: pointer, detail), Rejection(.tooLong, at: "", "b")],
                errorCount: errorCount))
    }

    private mutating func intelligence(
        _ id: String, at occurredAt: Timestamp, content: UInt64 = 0, version: String = "v1", warnings: [Warning] = [],
        _ kind: IntelligenceEvent.Kind
    ) {
        let delivery = deliver(.intelligence, body: #"{"event_id":"\#(id)"}"#)
        batch.decisions.append(.intelligence(batch.intelligence.count))
        batch.intelligence.append(
            IntelligenceEvent(
                identity: EventIdentity(eventID: batch.bytes.append(id), occurredAt: occurredAt, content: content),
                explanationVersion: batch.bytes.append(version), kind: kind))
        for warning in warnings { batch.warn(delivery, warning) }
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
