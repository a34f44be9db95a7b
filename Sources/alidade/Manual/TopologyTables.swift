internal import AMQP
internal import Broker
internal import Events

/// What the page *Topology* lists.
enum TopologyTables {
    static var markdown: String {
        "\(exchanges)\n\(queues)\n\(keys)\n\(permissions)\n\(command(.declare))\n\(command(.check))"
    }

    private static let topology = Topology(mode: .declare, queueType: .quorum)

    private static var exchanges: MarkdownTable {
        var table = MarkdownTable("exchange", "type", "durable", "what goes through it")
        for exchange in topology.exchanges {
            table.add(
                code(exchange.name), "topic", "yes",
                contents(of: exchange.part))
        }
        return table
    }

    private static func contents(of part: Topology.Part) -> String {
        switch part {
        case .ingest: "events, from producers to the daemon"
        case .requests, .aggregates: "aggregates, from the daemon to who reads them"
        case .rejections: "rejections, from the daemon to who binds a queue to it"
        }
    }

    private static var queues: MarkdownTable {
        let classic = Topology(mode: .declare, queueType: .classic).queues
        var table = MarkdownTable(
            "queue", "bound to", "with the key", "arguments if quorum", "arguments if classic", "who reads it")
        for (queue, other) in zip(topology.queues, classic) {
            table.add(
                code(queue.name), queue.binding.map { code($0.exchange) } ?? "the default exchange only",
                queue.binding.map { code($0.key) } ?? "", words(queue.arguments), words(other.arguments),
                queue.part == .aggregates ? "an analytics job" : "the daemon")
        }
        return table
    }

    private static func words(_ arguments: [String: Argument]) -> String {
        let words = arguments.sorted { $0.key < $1.key }.map { code("\($0.key): \($0.value)") }
        return words.isEmpty ? "none" : words.joined(separator: ", ")
    }

    private static var keys: MarkdownTable {
        var table = MarkdownTable("what is published", "by", "exchange", "routing key")
        for queue in topology.queues where queue.part == .ingest {
            guard let binding = queue.binding else { continue }
            let name = queue.name.replacing("-", with: " ")
            let word = binding.key.prefix { $0 != "." }
            table.add(
                name, "a producer", code(binding.exchange),
                "\(code("\(word)")), alone or with more words: \(code("\(word).event"))")
        }
        table.add("a request for metrics", "any client", "the default one", code(Topology.requestsQueue))
        table.add("a receipt, an answer", "the daemon", "the default one", "the `reply_to` of the message")
        let key = Topology.aggregatesKey(metric: "METRIC", days: "DAYS")
        table.add("an aggregate", "the daemon", code(Topology.aggregatesExchange), code(key))
        let rejection = Topology.rejectionsKey(queue: "QUEUE", reason: "REASON")
        table.add("a rejection", "the daemon", code(Topology.rejectionsExchange), code(rejection))
        return table
    }

    // MARK: Permissions

    private struct Requirement: Equatable {
        var right: String
        var object: String
        var name: String
        var purpose: String
    }

    private static var permissions: MarkdownTable {
        let (all, checking) = (requirements(.declare, isExclusive: true), requirements(.check, isExclusive: false))
        let declaring = requirements(.declare, isExclusive: false)
        var table = MarkdownTable("permission", "on", "needed with", "to")
        for requirement in all {
            let when =
                switch (declaring.contains(requirement), checking.contains(requirement)) {
                case (true, true): "both modes"
                case (true, false): "`topology.mode: declare`"
                default: "`topology.exclusive: true`"
                }
            table.add(requirement.right, "\(requirement.object) \(code(requirement.name))", when, requirement.purpose)
        }
        return table
    }

    /// The least that the user needs, as a command.
    private static func command(_ mode: Topology.Mode) -> String {
        let needed = requirements(mode, isExclusive: false)
        let patterns = ["configure", "write", "read"].map { right in
            let names = needed.filter { $0.right == right }.map { $0.name.replacing(".", with: "\\.") }
            return names.isEmpty ? "'^$'" : "'^(\(names.joined(separator: "|")))$'"
        }
        return "    rabbitmqctl set_permissions -p / alidade \\\n"
            + patterns.map { "      \($0)" }.joined(separator: " \\\n") + "\n"
    }

    private static func requirements(_ mode: Topology.Mode, isExclusive: Bool) -> [Requirement] {
        var found: [Requirement] = []
        for permission in Topology(mode: mode, queueType: .quorum, isExclusive: isExclusive).permissions {
            for requirement in requirements(of: permission) where !found.contains(requirement) {
                found.append(requirement)
            }
        }
        return found
    }

    private static func requirements(of permission: Permission) -> [Requirement] {
        func require(_ right: String, _ object: String, _ name: String, to purpose: String) -> Requirement {
            Requirement(right: right, object: object, name: name, purpose: purpose)
        }
        switch permission {
        case .configureExchange(Topology.rejectionsExchange):
            return [require("configure", "exchange", Topology.rejectionsExchange, to: "make it; optional")]
        case .publish(Topology.rejectionsExchange):
            return [require("write", "exchange", Topology.rejectionsExchange, to: "tell of rejections; optional")]
        case .configureExchange(let name): return [require("configure", "exchange", name, to: "make it")]
        case .configureQueue(Topology.lockQueue):
            return [require("configure", "queue", Topology.lockQueue, to: "hold the lock")]
        case .configureQueue(let name): return [require("configure", "queue", name, to: "make it")]
        case .bind(let queue, let exchange):
            return [
                require("write", "queue", queue, to: "bind it"),
                require("read", "exchange", exchange, to: "bind queues to it"),
            ]
        case .consume(let queue): return [require("read", "queue", queue, to: "take messages from it")]
        case .publish(""):
            return [require("write", "exchange", "amq.default", to: "send receipts and answers")]
        case .publish(let exchange): return [require("write", "exchange", exchange, to: "publish aggregates")]
        }
    }
}
