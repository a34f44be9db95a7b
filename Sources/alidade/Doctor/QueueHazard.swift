/// A limit of a queue by which the broker takes messages away before the daemon has stored them.
struct QueueHazard: Equatable {
    /// False where the message goes to a dead-letter exchange, or its publisher is told.
    var isLoss: Bool
    var text: String

    /// From a queue's arguments or a policy's definition, named alike but for the prefix `x-`.
    ///
    /// `deliveryLimit` is the daemon's own: a message that comes more often than that is quarantined, and with that safe.
    static func all(in limits: [String: String], deliveryLimit: Int) -> [QueueHazard] {
        let named = Dictionary(
            limits.map { ($0.key.hasPrefix("x-") ? String($0.key.dropFirst(2)) : $0.key, $0.value) },
            uniquingKeysWith: { first, _ in first })
        let deadLetters = named["dead-letter-exchange"]
        let fate = deadLetters.map { "to the exchange \"\($0)\" instead of the store" } ?? "for good"
        var hazards: [QueueHazard] = []
        func add(_ text: String, isLoss: Bool = deadLetters == nil) {
            hazards.append(QueueHazard(isLoss: isLoss, text: text))
        }
        if let limit = named["message-ttl"] {
            add("message-ttl \(limit): after as many milliseconds a message goes, \(fate)")
        }
        if let limit = named["expires"] {
            add(
                "expires \(limit): after as many milliseconds without a consumer the queue goes, full or not",
                isLoss: true)
        }
        for name in ["max-length", "max-length-bytes"] {
            guard let limit = named[name] else { continue }
            if let overflow = named["overflow"], overflow.hasPrefix("reject-publish") {
                add(
                    "\(name) \(limit) with \(overflow): a backlog beyond it is refused to its publishers", isLoss: false
                )
            } else {
                add("\(name) \(limit): of a backlog beyond it the oldest messages go, \(fate)")
            }
        }
        if let limit = named["delivery-limit"], let count = Int(limit), count <= deliveryLimit {
            add(
                "delivery-limit \(limit): after as many returns a message goes, \(fate), before ingest.delivery_limit "
                    + "(\(deliveryLimit)) has it quarantined")
        }
        return hazards
    }
}
