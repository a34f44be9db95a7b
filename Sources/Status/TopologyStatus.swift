package import Logging
internal import Synchronization

/// What is wrong at the broker while the daemon goes on: an object that is missing or other than expected, a consumer that is not ours, a
/// work that is not allowed.
///
/// Each trouble is said once when it begins or changes, and once when it is over. Any thread may report and read.
package final class TopologyStatus: Sendable {
    /// What a trouble is about. An object can have one of each.
    package enum Aspect: Sendable {
        /// Whether it is there.
        case presence
        /// Whether it is as expected.
        case properties
        /// Whether somebody else consumes from it.
        case consumers
        /// Whether the daemon can do with it what it is for.
        case use
    }

    private struct Key: Hashable {
        var object: String
        var aspect: Aspect
    }

    private let logger: Logger
    private let open = Mutex<[Key: String]>([:])

    package init(logger: Logger) { self.logger = logger }

    /// `trouble` in words; nil where all is well.
    package func report(_ object: String, _ aspect: Aspect, _ trouble: String?) {
        let earlier = open.withLock { open in
            let earlier = open[Key(object: object, aspect: aspect)]
            open[Key(object: object, aspect: aspect)] = trouble
            return earlier
        }
        guard earlier != trouble else { return }
        if let trouble {
            // The object stands in the message, because a message that comes again is only counted.
            logger.warning("trouble at the broker: \(object)", metadata: ["error": "\(trouble)"])
        } else {
            logger.notice("trouble at the broker is over: \(object)")
        }
    }

    package func hasTrouble(_ object: String, _ aspect: Aspect) -> Bool {
        open.withLock { $0[Key(object: object, aspect: aspect)] != nil }
    }

    /// `queue telemetry-aggregates: NOT_FOUND - home node …`, in the order of the words.
    package var troubles: [String] {
        open.withLock { $0.map { "\($0.key.object): \($0.value)" } }.sorted()
    }

    /// Several consumers on a queue that is ours alone, or nil. `others` is how many are not ours.
    package func reportConsumers(of object: String, others: Int) {
        report(
            object, .consumers,
            others > 0
                ? "\(others == 1 ? "another consumer takes" : "\(others) other consumers take") messages from it: "
                    + "another daemon, whose events are missing here unless it writes to the same store, or an "
                    + "earlier connection that the broker has not given up yet"
                : nil)
    }
}
