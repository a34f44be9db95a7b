import ArgumentParser
import Glibc

/// `alidade-bench viewers`: the same backlog drained with nobody at the pages, with one who looks, and with as many streams as there may be.
///
/// Who looks is curl: one asks for the overview every two seconds, as a page that is live, and waits for each answer; streams stay open. Each
/// stream has an address of its own in 127.0.0.0/8, since one peer may have sixteen connections.
struct ViewersBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "viewers", abstract: "Drain the same backlog with and without people at the pages.")

    @OptionGroup var options: BenchOptions
    @Option(help: "Messages in the backlog.") var count = 300_000
    @Option(help: "Rounds; the table shows medians.") var rounds = 5
    @Option(help: "Live streams that are open at once.") var streams = 32
    @Option(help: "Where the daemon serves its pages.") var listen = "127.0.0.1:18089"

    private enum Audience: Int, CaseIterable {
        case nobody
        case onePage
        case streams
        /// Opens one page after the other without a pause, to see how long they take meanwhile.
        case hurried

        func title(_ streams: Int) -> String {
            switch self {
            case .nobody: "nobody"
            case .onePage: "one live page"
            case .streams: "\(streams) streams"
            case .hurried: "one page after the other"
            }
        }
    }

    func run() throws {
        let files = try Files(in: options.folder)
        var rates: [[Double]] = Array(repeating: [], count: Audience.allCases.count)
        var waits: [[Double]] = rates
        for round in 1...rounds {
            for audience in Audience.allCases {
                try BenchBroker(options).fill(count, seed: UInt64(round))
                var viewers: [Program] = []
                let drained = try DaemonDrain(options: options, count: count, environment: files.environment(listen))
                    .run { viewers = try look(audience, files) }
                for viewer in viewers { _ = viewer.stop() }
                rates[audience.rawValue].append(Double(count) / drained.seconds)
                waits[audience.rawValue] += files.takeWaits()
                say("round \(round), \(audience.title(streams)): \(fixed(Double(count) / drained.seconds, 0))/s")
            }
        }
        print("| \(count) messages, \(rounds) rounds | messages/s | of nobody's | pages | p50 ms | p99 ms |")
        print("| --- | --- | --- | --- | --- | --- |")
        for audience in Audience.allCases {
            let (mine, seen) = (rates[audience.rawValue], waits[audience.rawValue])
            let shares = zip(mine, rates[0]).map { $0 / $1 }
            print(
                """
                | \(audience.title(streams)) | \(fixed(mine.median, 0)) | \(fixed(shares.median, 3)) | \(seen.count) \
                | \(fixed(seen.quantile(0.5) * 1000)) | \(fixed(seen.quantile(0.99) * 1000)) |
                """)
        }
    }

    private func look(_ audience: Audience, _ files: Files) throws -> [Program] {
        let curl = "exec curl -s -m 600 -H @'\(files.path)/header'"
        let pages = [
            "", "events/?days=7", "outcomes/?days=30", "activity/", "sessions/", "quality/", "alignment/",
            "quarantine/",
        ].map { "'http://\(listen)/telemetry/\($0)'" }
        let timed = "curl -s -o /dev/null -w '%{time_total}\\n' -H @'\(files.path)/header'"
        let scripts: [String] =
            switch audience {
            case .nobody: []
            case .onePage:
                [
                    "\(curl) -N -o /dev/null 'http://\(listen)/telemetry/live/stream?page=overview'",
                    "while \(timed) \(pages[0]); do sleep 2; done >>'\(files.path)/waits'",
                ]
            case .streams:
                (1...streams).map {
                    "\(curl) -N -o /dev/null --interface 127.0.1.\($0) 'http://\(listen)/telemetry/live/stream?page=\($0 % 2 == 0 ? "overview" : "live")'"
                }
            case .hurried:
                [
                    """
                    while true; do for page in \(pages.joined(separator: " ")); do \(timed) "$page" || exit; done; done \
                    >>'\(files.path)/waits'
                    """
                ]
            }
        return try scripts.map { try Program("/bin/sh", ["-c", $0]) }
    }

    /// Staff, token and what was measured.
    private final class Files {
        private static let token = "a-token-for-measuring-only-0123456789"
        private let folder: ScratchFolder
        var path: String { folder.path }

        init(in parent: String) throws {
            folder = try ScratchFolder(in: parent)
            // Nobody signs in; but without staff there are no pages.
            try folder.write("staff", "nobody:analyst:!\n")
            try folder.write("token", Self.token + "\n")
            try folder.write("waits", "")
            try folder.write("header", "Authorization: Bearer \(Self.token)\n")
        }

        func environment(_ listen: String) -> [String: String] {
            [
                "ALIDADE_HTTP_LISTEN": listen, "ALIDADE_HTTP_TOKEN_FILE": "\(path)/token",
                "ALIDADE_DASHBOARD_STAFF_FILE": "\(path)/staff",
            ]
        }

        /// Seconds of each page since the last time.
        func takeWaits() -> [Double] {
            let name = "\(path)/waits"
            defer { unlink(name) }
            guard let file = fopen(name, "r") else { return [] }
            defer { fclose(file) }
            var (found, line): ([Double], [CChar]) = ([], Array(repeating: 0, count: 64))
            while fgets(&line, Int32(line.count), file) != nil { found.append(strtod(line, nil)) }
            return found
        }
    }
}
