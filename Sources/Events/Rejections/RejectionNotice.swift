/// What is told of a quarantined message to those who want to know: why, and where it is kept; never its body.
package struct RejectionNotice: Sendable, Equatable {
    /// The AMQP properties `app_id` and `type` that it is published with, by which one that comes back is known.
    package static let appID = "alidade"
    package static let type = "rejection"
    /// Bytes of the errors in one; further errors are only counted.
    package static let errorBytes = 16 << 10

    package let queue: IngestQueue
    package let eventID: String
    /// Of the store that the quarantine is in.
    package let storeID: String
    package let quarantineID: Int64
    /// At least one, in the order of the refusal.
    package let errors: [Rejection]
    /// All of them.
    package let errorCount: Int
    /// Of the message; what is no UTF-8 is repaired.
    package let appID: String?
    package let routingKey: String
    package let receivedAt: Timestamp

    package init(
        of delivery: Delivery, in bytes: borrowing ByteArena, eventID: String, refusal: Refusal, storeID: String,
        quarantineID: Int64
    ) {
        queue = delivery.queue
        self.eventID = eventID
        self.storeID = storeID
        self.quarantineID = quarantineID
        errors = Self.fitting(refusal.errors)
        errorCount = refusal.errorCount
        appID = delivery.properties.appID.map { bytes.text($0) }
        routingKey = bytes.text(delivery.routingKey)
        receivedAt = delivery.receivedAt
    }

    package var reason: Rejection.Reason { errors[0].reason }

    /// About what it takes in memory.
    package var cost: Int {
        errors.reduce(512) { $0 + Self.cost(of: $1) } + eventID.utf8.count + routingKey.utf8.count
            + (appID?.utf8.count ?? 0)
    }

    /// For a consumer that wants each once: unique beyond stores.
    package var messageID: String { "\(storeID)/\(quarantineID)" }

    /// The first in any case.
    private static func fitting(_ errors: [Rejection]) -> [Rejection] {
        var bytes = 0
        let last = errors.firstIndex { error in
            bytes += cost(of: error)
            return bytes > errorBytes
        }
        guard let last else { return errors }
        return Array(errors[..<max(1, last)])
    }

    private static func cost(of error: Rejection) -> Int {
        error.pointer.utf8.count + error.detail.utf8.count + MemoryLayout<Rejection>.stride
    }
}

extension Delivery {
    /// Whether it is such a notice, of this daemon or another one, that came back: nothing is told of it, or it would go round forever.
    package func isRejectionNotice(in bytes: borrowing ByteArena) -> Bool {
        func has(_ property: ByteRange?, _ text: String) -> Bool {
            property.map { bytes[$0].elementsEqual(text.utf8) } ?? false
        }
        return has(properties.type, RejectionNotice.type) && has(properties.appID, RejectionNotice.appID)
    }
}

/// Publishes what is told of quarantined messages. Called by the receive thread; never blocks.
package protocol RejectionSender: Sendable {
    /// What it takes at the moment.
    var room: RejectionRoom { get }
    /// `notices` fit into the room that was asked for; `untold` are those that did not, and `ownCount` those that were about a notice.
    func send(_ notices: [RejectionNotice], untold: Int, ownCount: Int)
}

/// How many notices are taken, and how much memory for them.
package struct RejectionRoom: Sendable, Equatable {
    package var count: Int
    /// In bytes.
    package var bytes: Int

    package init(count: Int, bytes: Int) {
        self.count = count
        self.bytes = bytes
    }

    package var isEmpty: Bool { count <= 0 || bytes <= 0 }

    package mutating func take(_ notice: RejectionNotice) -> Bool {
        let cost = notice.cost
        guard count > 0, cost <= bytes else { return false }
        count -= 1
        bytes -= cost
        return true
    }
}
