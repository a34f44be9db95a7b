internal import JSON

extension RejectionNotice {
    /// One JSON object.
    package var document: String {
        var json = JSONText()
        json.object { json in
            json.member("queue", queue.name)
            json.member("event_id", eventID)
            json.member("quarantine_id", quarantineID)
            json.member("errors", errors)
            if errorCount > errors.count { json.member("error_count", errorCount) }
            json.member("app_id", appID)
            json.member("routing_key", routingKey)
            json.member("received_at", RFC3339.text(receivedAt))
        }
        return json.text
    }
}
