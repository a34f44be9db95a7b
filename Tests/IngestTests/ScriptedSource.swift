import Events
import Synchronization
import Threads

@testable import Ingest

/// What happened, in order, on whichever thread.
final class Journal: Sendable {
    private let lines = Mutex<[String]>([])

    func write(_ line: String) { lines.withLock { $0.append(line) } }
    var content: [String] { lines.withLock { $0 } }
}

/// A source that plays a script and writes down what is asked of it.
struct ScriptedSource: DeliverySource, ~Copyable {
    enum Step {
        /// One delivery for each body, with tags that go up from 1 in each connection.
        case deliver([Message])
        /// The connection breaks.
        case lose
        /// Nothing arrives until the last delivery is acknowledged.
        case awaitAcknowledgement
        /// Asks the loop to stop, as SIGTERM would.
        case stop(StopSignal)
        /// Something happens elsewhere; nothing arrives meanwhile.
        case act(@Sendable () -> Void)
    }

    struct Message {
        var body: String
        var replyTo: String?
        var deliveryCount: UInt32 = 0
        var queue = IngestQueue.intelligence
    }

    private var steps: [Step]
    private let journal: Journal
    private var tag: UInt64 = 0
    private var acknowledged: UInt64 = 0
    private var opened = 0

    init(_ steps: [Step], journal: Journal) {
        self.steps = steps
        self.journal = journal
    }

    var name: String { "script" }
    var isExhausted: Bool { steps.isEmpty }

    mutating func open() throws(DeliverySourceError) {
        opened += 1
        tag = 0
        acknowledged = 0
        journal.write("opened")
    }

    mutating func receive(into batch: DeliveryBatch, limit: Int) throws(DeliverySourceError) -> Int {
        guard let step = steps.first else { return 0 }
        switch step {
        case .awaitAcknowledgement:
            if acknowledged == tag { steps.removeFirst() }
            return 0
        case .lose:
            steps.removeFirst()
            journal.write("lost")
            throw DeliverySourceError("the script says so")
        case .stop(let signal):
            steps.removeFirst()
            signal.request()
            return 0
        case .act(let body):
            steps.removeFirst()
            body()
            return 0
        case .deliver(let messages):
            let taken = messages.prefix(limit)
            for message in taken { append(message, to: batch) }
            steps[0] = .deliver(Array(messages.dropFirst(taken.count)))
            if taken.count == messages.count { steps.removeFirst() }
            return taken.count
        }
    }

    private mutating func append(_ message: Message, to batch: DeliveryBatch) {
        tag += 1
        var properties = MessageProperties()
        properties.replyTo = message.replyTo.map { batch.bytes.append($0) }
        let body = batch.bytes.append(message.body)
        batch.deliveries.append(
            Delivery(
                tag: tag, queue: message.queue, redelivered: message.deliveryCount > 0,
                deliveryCount: message.deliveryCount,
                receivedAt: wallClock(), body: body, properties: properties))
    }

    mutating func wait(milliseconds: Int32, wake: Int32) throws(DeliverySourceError) { pollOnly(milliseconds: 5, wake) }
    mutating func keepAlive() throws(DeliverySourceError) {}

    mutating func acknowledge(_ acknowledgement: Acknowledgement) throws(DeliverySourceError) {
        acknowledged = max(acknowledged, acknowledgement.tag)
        journal.write("acknowledged \(acknowledgement.includesEarlier ? "up to " : "")\(acknowledgement.tag)")
    }

    mutating func close() { journal.write("closed") }
}

extension ScriptedSource.Message {
    /// A profiler message with one answer.
    static func profiler(_ number: Int, replyTo: String? = nil) -> Self {
        Self(
            body: """
                {"event_id":"p\(number)","emitted_at":"2026-02-09T12:00:00Z","user_id":"u","session_id":"s\(number)",\
                "completion_status":"finished","answers":[{"question_id":"q1","selected_option":"A"}],\
                "device_browser":{"ip_address":"192.0.2.7"}}
                """, replyTo: replyTo, queue: .profiler)
    }

    /// A good view event; the same number is the same event.
    static func view(_ number: Int, replyTo: String? = nil, deliveryCount: UInt32 = 0) -> Self {
        Self(
            body: """
                {"event_id":"v\(number)","occurred_at":"2026-02-09T12:00:00Z","event_type":"DASHBOARD_OPEN","admin_user_id":7,\
                "explanation_version":"v1"}
                """, replyTo: replyTo, deliveryCount: deliveryCount)
    }
}
