internal import AMQP
internal import ArgumentParser
internal import Events
internal import Ingest
internal import Synchronization
internal import Terminal

/// `alidade topology`: the exchanges and queues at the broker.
struct TopologyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topology", abstract: "Declare the exchanges and queues, or check that they are there.",
        subcommands: [Declare.self, Check.self])

    struct Declare: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make what is missing; what exists with other properties is a problem.",
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
            abstract: "Only look; what is missing is a problem.",
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
    private let isJSON: Bool

    init(_ common: CommonOptions, mode: Topology.Mode) throws {
        let configuration = try BrokerConfiguration(common.settings())
        options = configuration.options(for: "topology")
        topology = Topology(mode: mode, queueType: configuration.topology.queueType)
        isJSON = common.json
    }

    func run() throws {
        let result = Mutex<Result<[Topology.Problem?], any Error>>(.success([]))
        try DedicatedThread.start(named: "topology") {
            result.withLock { result in result = Result { try self.problems() } }
        }.join()
        let problems = try result.withLock { try $0.get() }
        for (name, problem) in zip(topology.objectNames, problems) {
            Output.print(
                isJSON ? OutputText(json: json(name, problem)) : problem.map { "problem  \($0)" } ?? "ok       \(name)")
        }
        if problems.contains(where: { $0 != nil }) { throw ExitStatus.problemsFound.code }
    }

    private func problems() throws -> [Topology.Problem?] {
        var connection = try Connection.open(options)
        var problems: [Topology.Problem?] = []
        for index in topology.objectNames.indices {
            do {
                if !connection.isOpen { connection = try Connection.open(options) }
                try topology.apply(objectAt: index, to: &connection)
                problems.append(nil)
            } catch let problem as Topology.Problem { problems.append(problem) }
        }
        connection.close()
        return problems
    }

    private func json(_ name: String, _ problem: Topology.Problem?) -> String {
        var json = JSONText()
        json.object { json in
            json.member("object", name)
            json.member("ok", problem == nil)
            json.member("expected", problem?.expected)
            json.member("broker_said", problem.map { $0.cause.brokerText ?? $0.cause.reason })
        }
        return json.text
    }
}
