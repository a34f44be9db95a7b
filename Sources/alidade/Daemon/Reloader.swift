internal import DaemonSettings
internal import Dashboard
internal import Events
internal import Ingest
internal import Logging
internal import Replies
internal import Synchronization
internal import Threads

/// Reads the configuration again, with all that it names, and lets every part take up what has changed: all of it, or after any fault
/// nothing.
///
/// Nothing is interrupted for it. Each part looks for itself, when it can: the ingest between two batches, a connection before it is opened,
/// the publisher before its next round.
final class Reloader: Sendable {
    /// How the last reload ended, or the start.
    struct Outcome: Sendable {
        var wasSuccessful = true
        /// When settings were last taken up.
        var takenUpAt = wallClock()
    }

    private struct State {
        var inForce: PreparedSettings
        /// Reloads so far, to tell one line of the log from the same line of an earlier one.
        var count = 0
        var outcome = Outcome()
    }

    let broker: CurrentBroker
    private let state: Mutex<State>
    private let currentSchedule: Mutex<PublicationSchedule>
    private let currentDimensions: Mutex<[String]>
    private let door: Door
    private let read: @Sendable () throws -> Settings
    private let logger: Logger

    /// `read` reads everything anew that the settings come from: the file, the environment, the command line.
    init(_ prepared: PreparedSettings, door: Door, logger: Logger, read: @escaping @Sendable () throws -> Settings) {
        broker = CurrentBroker(prepared.broker)
        currentSchedule = Mutex(prepared.schedule)
        currentDimensions = Mutex(prepared.ingest.dimensions)
        state = Mutex(State(inForce: prepared))
        self.door = door
        self.read = read
        self.logger = logger
    }

    var outcome: Outcome { state.withLock { $0.outcome } }

    var schedule: PublicationSchedule { currentSchedule.withLock { $0 } }

    /// By what messages are decided.
    var ingest: IngestOptions { state.withLock { $0.inForce.ingest } }

    /// Those that the settings declare.
    var dimensions: [String] { currentDimensions.withLock { $0 } }

    /// `ingest` are the options that the pipeline works by.
    func reload(_ ingest: LiveOptions) {
        state.withLock { state in
            state.count += 1
            let number = "\(state.count)"
            do {
                let (new, report) = try prepare(state.inForce)
                let rules = try new.doorRules()
                // Said before the log falls silent, or after it has begun to speak.
                let isSaidFirst =
                    new.settings.log.level != state.inForce.settings.log.level && !isTalkative(new.settings)
                if isSaidFirst { say(report, number) }
                broker.change(to: new.broker)
                currentSchedule.withLock { $0 = new.schedule }
                currentDimensions.withLock { $0 = new.ingest.dimensions }
                door.use(rules)
                // Last, because it ends the wait for a broker, which is then reached in the new way.
                ingest.change(to: new.ingest)
                LogOutput.reload(new.settings.log)
                state.inForce = new
                state.outcome = Outcome()
                if !isSaidFirst { say(report, number) }
            } catch {
                state.outcome.wasSuccessful = false
                for line in Failure.lines(of: error) {
                    logger.error(
                        "could not reload: \(line); the old configuration stays", metadata: ["reload": "\(number)"])
                }
            }
        }
    }

    private func isTalkative(_ settings: Settings) -> Bool {
        Logger.Level(settings.log.level) <= .notice
    }

    private func prepare(_ old: PreparedSettings) throws -> (PreparedSettings, ReloadReport) {
        let wanted = try read()
        if let gone = old.settings.file, wanted.file == nil {
            throw ExitStatus.configuration.error("could not read the configuration \(gone): it is gone")
        }
        let new = try PreparedSettings(wanted)
        try new.checkCertificates()
        let report = ReloadReport(from: old, to: new)
        return (old.takingOver(new), report)
    }

    private func say(_ report: ReloadReport, _ number: String) {
        for change in report.postponed {
            logger.warning(
                "a changed setting needs a restart",
                metadata: [
                    "setting": "\(change.path)", "in_force": "\(change.from)", "wanted": "\(change.to)",
                    "reload": "\(number)",
                ])
        }
        var metadata: Logger.Metadata = ["reload": "\(number)"]
        // Who has corrected one would wait in vain for it to count.
        if !report.unread.isEmpty { metadata["not_read_again"] = "\(report.unread.joined(separator: ", "))" }
        for (effect, lines) in report.taken {
            metadata[effect.rawValue.replacingBlanks] = "\(lines.joined(separator: ", "))"
        }
        logger.notice("\(report.headline)", metadata: metadata)
    }
}

extension String {
    /// As a key of the log.
    fileprivate var replacingBlanks: String { String(map { $0 == " " ? "_" : $0 }) }
}
