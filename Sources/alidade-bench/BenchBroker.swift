import AMQP
import Events
import Glibc
import Synchronization
import Threads

/// The benchmark's side of the broker: makes the queues anew, fills them, and drains them by acknowledging alone.
struct BenchBroker: Sendable {
    private let connection: ConnectionOptions
    private let arguments: [String: Argument]

    init(_ options: BenchOptions) throws {
        connection = ConnectionOptions(url: try BrokerURL(parsing: options.url))
        arguments = options.queueType == "quorum" ? ["x-queue-type": "quorum"] : [:]
    }

    /// Deletes and declares both queues and publishes `count` unique messages, with confirms.
    func fill(_ count: Int, seed: UInt64) throws {
        try onThread {
            var connection = try Connection.open(connection)
            for queue in IngestQueue.allCases {
                _ = try connection.deleteQueue(queue.name)
                _ = try connection.declareQueue(queue.name, durable: true, arguments: arguments)
            }
            try connection.enableConfirms()
            var generator = MessageGenerator(seed: seed, start: recentStart)
            var outcomes: [PublishOutcome] = []
            for _ in 0..<count {
                let message = generator.next()
                let queue = message.isProfiler ? IngestQueue.profiler : .intelligence
                _ = try connection.publish(
                    message.body, exchange: "", routingKey: ShortText(queue.name), properties: PublishProperties(),
                    mandatory: true)
                if connection.unconfirmedCount > 4000 { try connection.takeOutcomes(waitingUpTo: 100, into: &outcomes) }
            }
            while connection.unconfirmedCount > 0 { try connection.takeOutcomes(waitingUpTo: 1000, into: &outcomes) }
            guard outcomes.allSatisfy({ if case .confirmed = $0 { true } else { false } }) else {
                throw Program.Failed(description: "not every message was confirmed")
            }
            connection.close()
        }
    }

    /// Takes `count` messages and does nothing but acknowledge them, in batches, as the daemon does.
    func drainByAcknowledging(_ count: Int) throws -> Drained {
        let result = Mutex(Drained(seconds: 0, cpuSeconds: 0, peakMebibytes: 0))
        try onThread {
            var connection = try Connection.open(connection)
            try connection.setPrefetch(4000)
            let batch = DeliveryBatch()
            var received = 0
            let cpu = threadCPUSeconds()
            let started = monotonicSeconds()
            for queue in IngestQueue.allCases { try connection.consume(queue) }
            while received < count {
                let taken = try connection.receive(into: batch, limit: 2000 - batch.count, now: 0)
                received += taken
                if batch.count >= 1000 || (taken == 0 && !batch.isEmpty) || received == count {
                    try connection.acknowledge(batch.deliveries[batch.count - 1].tag, multiple: true)
                    batch.removeAll()
                }
                if taken == 0 { _ = try connection.wait(upTo: 200) }
            }
            let drained = Drained(
                seconds: monotonicSeconds() - started, cpuSeconds: threadCPUSeconds() - cpu, peakMebibytes: 0)
            result.withLock { $0 = drained }
            connection.close()
        }
        return result.withLock { $0 }
    }

    /// Runs `body` on a thread with the deep stack that the C library's decoder needs.
    func onThread(_ body: @escaping @Sendable () throws -> Void) throws {
        let result = Mutex<Result<Void, any Error>>(.success(()))
        try DedicatedThread.start(named: "bench") { result.withLock { result in result = Result { try body() } } }
            .join()
        try result.withLock { try $0.get() }
    }
}
