/// What RabbitMQ says (406) where something exists with another argument than the declared one. It names one argument at a time:
///
///     PRECONDITION_FAILED - inequivalent arg 'x-message-ttl' for queue 'q' in vhost '/': received none but current is the value
///     '60000' of type 'signedint'
///     PRECONDITION_FAILED - inequivalent arg 'durable' for queue 'q' in vhost '/': received 'true' but current is 'false'
package struct InequivalentArgument: Sendable, Equatable {
    package var name: String
    /// Nil where the argument is absent.
    package var received: String?
    package var current: String?
    /// RabbitMQ's name of the current value's type, where it says it.
    package var currentType: String?

    /// Nil for any other text.
    package init?(_ text: String) {
        guard let start = text.firstRange(of: "inequivalent arg '"),
            let nameEnd = text[start.upperBound...].firstIndex(of: "'"),
            let received = text.firstRange(of: ": received "),
            let but = text.firstRange(of: " but current is "), received.upperBound <= but.lowerBound
        else { return nil }
        name = String(text[start.upperBound..<nameEnd])
        self.received = Self.value(text[received.upperBound..<but.lowerBound]).value
        (current, currentType) = Self.value(text[but.upperBound...])
    }

    /// `none`, `'V'`, `the value 'V' of type 'T'`.
    private static func value(_ text: Substring) -> (value: String?, type: String?) {
        guard let open = text.firstIndex(of: "'") else { return (nil, nil) }
        let rest = text[text.index(after: open)...]
        if let middle = rest.firstRange(of: "' of type '") {
            return (String(rest[..<middle.lowerBound]), String(rest[middle.upperBound...].prefix { $0 != "'" }))
        }
        return (String(rest[..<(rest.lastIndex(of: "'") ?? rest.endIndex)]), nil)
    }

    package var description: String { "\(name) is \(current ?? "not set"), expected \(received ?? "none")" }
}
