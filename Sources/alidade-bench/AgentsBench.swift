import ArgumentParser
import Events

/// `alidade-bench agents`: what the program takes user agents for. `Tests/UserAgents/agreement.py` compares it with a corpus.
struct AgentsBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agents",
        abstract:
            "Reads user agents from standard input, a line each; prints browser and system of each, with a tab between."
    )

    func run() throws {
        while let line = readLine() {
            let agent = UserAgent(line.utf8)
            print("\(agent.browser)\t\(agent.system)")
        }
    }
}
