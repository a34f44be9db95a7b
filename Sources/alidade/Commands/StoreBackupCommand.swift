internal import ArgumentParser
internal import Glibc
internal import JSON
internal import Store
internal import Synchronization
internal import Terminal
internal import Threads

/// `alidade store backup`: a copy that can take the store's place.
struct StoreBackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Back up the store while the daemon runs, and verify the copy.",
        discussion: """
            The copy shows the store at one moment. It is written under another name, verified (SQLite's integrity check, the numbers of \
            rows, the balance), flushed to the disk and only then given its name. To restore it: stop the daemon, move the store away with its \
            -wal and -shm files, put the copy in its place, start the daemon.

            Examples:
              alidade store backup /backup/alidade.db
              alidade store backup /backup/alidade.db --force --json
            """)

    @Argument(help: "The file to write.") var file: String
    @Flag(help: "Replace the file if it exists.") var force = false
    @OptionGroup var common: CommonOptions

    func run() throws {
        let backup = try common.settings().eventStore().upkeep.backup(to: file, replacing: force)
        Interruption.watch()
        let started = ContinuousClock.now
        var bar: ProgressBar?
        let report: BackupReport
        do {
            report = try backup.write(now: wallClock()) { progress in
                if Interruption.isAsked { throw ExitStatus.failed.error("interrupted; nothing was left behind") }
                switch progress {
                case .copying(let done, let total):
                    if bar == nil { bar = ProgressBar(total: total, unit: "MiB") }
                    bar?.update(done: done, count: Int(done >> 20))
                    if done == total { bar?.finish(done: done, count: Int(done >> 20)) }
                case .verifying: break
                }
            }
        } catch {
            // The error begins on a line of its own.
            if bar != nil, TerminalStyle.standardError.isRich { StandardError.write("") }
            throw error
        }
        let seconds = (((ContinuousClock.now - started) / .seconds(1)) * 10).rounded() / 10
        Output.print(common.json ? OutputText(json: json(report, seconds)) : text(report, seconds))
        if let error = report.unnoted {
            StandardError.write("the backup is good, but the store does not know its time: \(error)")
        }
    }

    private func text(_ report: BackupReport, _ seconds: Double) -> OutputText {
        let events = report.rows.filter { table, _ in EventTable.allCases.contains { $0.name == table } }
        return """
            \(file): \(ByteCount(report.bytes)), \(events.reduce(0) { $0 + $1.count }) events, \(report.balance.quarantined) quarantined; \
            verified, \(seconds) s
            """
    }

    private func json(_ report: BackupReport, _ seconds: Double) -> String {
        var json = JSONText()
        json.object { json in
            json.member("file", file)
            json.member("bytes", Int64(report.bytes))
            json.member("schema_version", report.schemaVersion)
            json.member("seconds", seconds)
            json.object("rows") { json in for (table, count) in report.rows { json.member(table, count) } }
            json.object("balance") { json in
                json.member("received", report.balance.received)
                json.member("stored", report.balance.stored)
                json.member("duplicates", report.balance.duplicates)
                json.member("quarantined", report.balance.quarantined)
            }
        }
        return json.text
    }
}

/// Remembers that SIGINT or SIGTERM came, for work that clears up behind itself.
private enum Interruption {
    private static let asked = Atomic<Bool>(false)

    static var isAsked: Bool { asked.load(ordering: .relaxed) }

    static func watch() {
        // Made now: a signal handler must not be the first to touch it.
        asked.store(false, ordering: .relaxed)
        for number in [SIGINT, SIGTERM, SIGHUP] {
            signal(number) { _ in Interruption.asked.store(true, ordering: .relaxed) }
        }
    }
}
