internal import AMQP
internal import ArgumentParser
internal import Broker
internal import Events
internal import JSON
internal import Synchronization
internal import Terminal
internal import Threads

/// `alidade topology`: the exchanges and queues at the broker.
struct TopologyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topology", abstract: "Declare the exchanges and queues, or check that they are there.",
        subcommands: [Declare.self, Check.self])

    struct Declare: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Make what is missing; what exists with other properties is a problem, or a warning where it is of use as it is.",
            discussion: """
                Examples:
                  alidade topology declare
                  alidade topology declare --config alidade.yaml --json
                """)
        @OptionGroup var common: CommonOptions
        func run() throws { try TopologyReport(common, mode: .declare).run() }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Only look; what is missing is a problem, or a warning where the daemon can do without it.",
            discussion: """
                Examples:
                  alidade topology check
                  alidade topology check --config alidade.yaml --json
                """)
        @OptionGroup var common: CommonOptions
        func run() throws { try TopologyReport(common, mode: .check).run() }
    }
}

/// Applies each object of the topology by itself and says how it went; exit 2 where there are problems.
private struct TopologyReport: Sendable {
    private let options: ConnectionOptions
    private let topology: Topology
    private let objects: [Topology.Object]
    private let isJSON: Bool

    init(_ common: CommonOptions, mode: Topology.Mode) throws {
        let configuration = try BrokerConfiguration(common.settings())
        options = configuration.options(for: "topology")
        topology = Topology(mode: mode, queueType: configuration.topology.queueType)
        objects = topology.objects
        isJSON = common.json
    }

    func run() throws {
        let result = Mutex<Result<[Outcome], any Error>>(.success([]))
        try DedicatedThread.start(named: "topology") {
            result.withLock { result in result = Result { try self.outcomes() } }
        }.join()
        let outcomes = try result.withLock { try $0.get() }
        for (object, outcome) in zip(objects, outcomes) {
            Output.print(isJSON ? OutputText(json: json(object, outcome)) : line(object, outcome))
        }
        if zip(objects, outcomes).contains(where: { !$0.part.isOptional && $1.problem != nil }) {
            throw ExitStatus.problemsFound.code
        }
    }

    private struct Outcome {
        var problem: Topology.Problem?
        /// What is other than expected and does no harm.
        var differences: [String] = []
        /// Why it is of no use to this user, where the daemon can do without it.
        var refusal: String?
    }

    private func outcomes() throws -> [Outcome] {
        var connection = try Connection.open(options)
        var outcomes: [Outcome] = []
        for object in objects {
            do {
                if !connection.isOpen { connection = try Connection.open(options) }
                let condition = try topology.apply(object, to: &connection)
                let type = condition.isOfOtherType ? ["of the other type, not \(topology.queueType.rawValue)"] : []
                var outcome = Outcome(differences: type + condition.differences)
                if object.part.isOptional, topology.mode == .check {
                    let refusal = try connection.refusal(of: .publish(exchange: Topology.rejectionsExchange))
                    outcome.refusal = refusal?.objectWords
                }
                outcomes.append(outcome)
            } catch let problem as Topology.Problem { outcomes.append(Outcome(problem: problem)) }
        }
        connection.close()
        return outcomes
    }

    private func line(_ object: Topology.Object, _ outcome: Outcome) -> OutputText {
        if let problem = outcome.problem {
            return object.part.isOptional ? "warning  \(problem)" : "problem  \(problem)"
        }
        if let refusal = outcome.refusal { return "warning  \(object): nobody is told of rejections: \(refusal)" }
        guard !outcome.differences.isEmpty else { return "ok       \(object)" }
        return "warning  \(object): used as it is: \(outcome.differences.joined(separator: "; "))"
    }

    private func json(_ object: Topology.Object, _ outcome: Outcome) -> String {
        let problem = outcome.problem
        var json = JSONText()
        json.object { json in
            json.member("object", "\(object)")
            json.member("ok", problem == nil && outcome.refusal == nil)
            json.member("required", !object.part.isOptional)
            json.member("expected", problem?.expected)
            json.member("broker_said", problem.map { $0.cause.brokerText ?? $0.cause.reason } ?? outcome.refusal)
            json.array("differences") { json in
                for difference in outcome.differences { json.string(difference) }
            }
        }
        return json.text
    }
}
