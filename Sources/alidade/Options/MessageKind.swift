internal import ArgumentParser
internal import Events

/// `--kind`: which of the two queues messages belong to.
enum MessageKind: String, ExpressibleByArgument, CaseIterable {
    case profiler
    case intelligence

    var queue: IngestQueue {
        switch self {
        case .profiler: .profiler
        case .intelligence: .intelligence
        }
    }

    /// A key that the queue is bound with.
    var routingKey: String {
        switch self {
        case .profiler: "profiler.telemetry"
        case .intelligence: "intelligence.event"
        }
    }
}
