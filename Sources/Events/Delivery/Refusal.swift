/// Why a message is refused: its errors, the first of which is the reason that it is counted by.
package struct Refusal: Sendable, Equatable {
    /// At least one, in the order of the members (``ProfilerMember``, ``IntelligenceMember``); the first ``Rejection/keptPerMessage`` of them.
    package let errors: [Rejection]
    /// All of them.
    package let errorCount: Int

    /// `errorCount` is left out where `errors` are all of them.
    package init(_ errors: [Rejection], errorCount: Int? = nil) {
        precondition(!errors.isEmpty, "nothing is refused without a reason")
        self.errors =
            errors.count > Rejection.keptPerMessage ? Array(errors.prefix(Rejection.keptPerMessage)) : errors
        self.errorCount = errorCount ?? errors.count
    }

    package var reason: Rejection.Reason { errors[0].reason }
}

/// Messages that are not tried again, whatever is in them.
extension Rejection {
    /// The process died over the message too often.
    package static func deadly(_ delivery: Delivery, deaths: Int, limit: Int) -> Rejection {
        guard delivery.droppedBytes > 0 else {
            return poison(
                "the daemon died \(deaths) times while it was handling the message; after \(limit) it is not tried again"
            )
        }
        let size = UInt64(delivery.body.count) + delivery.droppedBytes
        return poison(
            "the daemon died \(deaths) times while it was handling the message, or had no memory for it; after \(limit) it is not "
                + "tried again; of its \(size) bytes the first \(delivery.body.count) are kept")
    }

    /// The broker has handed it out too often.
    package static func overdelivered(_ delivery: Delivery, limit: Int) -> Rejection {
        poison(
            "the broker has redelivered the message \(delivery.deliveryCount) times; after \(limit) it is not tried again"
        )
    }

    /// The store takes its neighbours, but not this one.
    package static func refusedByStore(_ why: String) -> Rejection {
        poison("the store refuses the message: \(why)")
    }

    private static func poison(_ detail: String) -> Rejection { Rejection(.poison, at: "", detail) }
}
