extension AMQPError {
    /// What an answer about an exchange or a queue tells of it.
    package enum ObjectTrouble: Sendable, Equatable {
        /// There is none: never made, or deleted.
        case missing
        /// It exists and cannot be reached for now: its node is down, it has crashed, its leader is changing.
        case away
        /// Somebody made it with other properties.
        case different
        /// This user may not.
        case refused
        /// Another connection has it to itself.
        case taken
    }

    /// Nil for an error that tells nothing of the object: the connection broke, the broker is going down.
    package var objectTrouble: ObjectTrouble? {
        let text = brokerText ?? ""
        switch brokerCode {
        // RabbitMQ has one code for what does not exist and for what does not answer; only the first is called "no queue", "no exchange".
        case 404: return text.contains("- no ") || text.hasPrefix("no ") ? .missing : .away
        case 406: return InequivalentArgument(text) == nil ? nil : .different
        case 405: return .taken
        case 403: return text.contains("in exclusive use") ? .taken : .refused
        default: return nil
        }
    }
}
