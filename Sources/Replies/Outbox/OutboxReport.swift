package import Logging
package import Status

/// What the log is told of an outbox: drops by cause and what hangs, each at most once a minute.
package struct OutboxReport: Sendable {
    package typealias Instant = ContinuousClock.Instant

    package struct Notice: Sendable, Equatable {
        package var level: Logger.Level
        package var text: String
        package var fields: [String: String]
    }

    static let period = Duration.seconds(60)

    private let kind: OutgoingKind
    private var pending: [DropCause: Loss] = [:]
    private var saidAt: [DropCause: Instant] = [:]
    private var hangSaidAt: Instant?

    package init(_ kind: OutgoingKind) { self.kind = kind }

    private static func level(of cause: DropCause) -> Logger.Level {
        switch cause {
        // A requester that has gone is nothing to worry about.
        case .noQueue: .info
        // The trouble itself is said once, when it begins.
        case .unavailable: .debug
        default: .warning
        }
    }

    package mutating func add(_ losses: [DropCause: Loss]) {
        pending.merge(losses) { Loss(count: $0.count + $1.count, example: $1.example) }
    }

    /// What is to be said now. `isLast`: everything, there will be no other time.
    package mutating func takeNotices(
        owed: Int, oldest: Instant?, trouble: String?, isLast: Bool = false, now: Instant = .now
    ) -> [Notice] {
        var notices: [Notice] = []
        for (cause, loss) in pending.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            if !isLast, let said = saidAt[cause], now - said < Self.period { continue }
            saidAt[cause] = now
            pending[cause] = nil
            notices.append(
                Notice(
                    level: Self.level(of: cause), text: "dropped \(kind.rawValue)",
                    fields: [
                        "cause": cause.rawValue, "error": cause.words, "messages": "\(loss.count)",
                        "example": "\(loss.example)",
                    ]))
        }
        if let oldest, now - oldest >= OutgoingTraffic.hangLimit {
            guard hangSaidAt.map({ now - $0 >= Self.period }) ?? true else { return notices }
            hangSaidAt = now
            notices.append(
                Notice(
                    level: .warning, text: "\(kind.rawValue) are held up",
                    fields: [
                        "messages": "\(owed)", "owed_seconds": "\((now - oldest).components.seconds)",
                        "error": trouble ?? kind.usualTrouble,
                    ]))
        } else if hangSaidAt != nil {
            hangSaidAt = nil
            notices.append(Notice(level: .notice, text: "\(kind.rawValue) are not held up any more", fields: [:]))
        }
        return notices
    }
}

extension Logger {
    func say(_ notices: [OutboxReport.Notice]) {
        for notice in notices {
            log(level: notice.level, "\(notice.text)", metadata: notice.fields.mapValues { .string($0) })
        }
    }
}
