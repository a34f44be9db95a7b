internal import ArgumentParser
internal import Events
internal import Glibc
internal import Ingest
internal import JSON
internal import Logging
internal import DaemonSettings
internal import Status
internal import Terminal
internal import Synchronization
internal import Threads
internal import UnixSignals

/// `alidade ingest`: the pipeline without a broker.
struct IngestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest",
        abstract: "Check and store messages from files, without a broker.",
        discussion: """
            A file holds JSON Lines, or JSON documents of any layout. Every message is stored or quarantined exactly as if it had come from the \
            queue of that kind; the same file a second time has only duplicates. The command may run beside the daemon. At the end it prints how \
            many messages were stored, duplicates and quarantined.

            A line of `alidade quarantine export --bodies` that begins with {"$alidade": brings its properties and its queue along, whatever \
            --kind says; how many were of the other queue is said on standard error.

            Examples:
              alidade ingest events.jsonl --kind intelligence
              zcat old.jsonl.gz | alidade ingest - --kind profiler
              alidade ingest refused.jsonl --kind profiler --store sqlite:///tmp/t.db
            """)

    @Argument(help: "Files; - is standard input.") var files: [String]
    @Option(help: "profiler or intelligence: which schema applies.") var kind: MessageKind
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let settings = try common.settings()
        let logger = LogOutput.start(settings.log)
        let stop = StopSignal()
        let pipeline = IngestPipeline(
            store: try settings.eventStore(), options: try settings.ingestOptions(), purpose: "ingest",
            logger: logger.quieter)
        let bar = ProgressBar(total: totalSize())
        let status = pipeline.status
        let problems = Mutex(0)
        let source = FileSource(
            paths: files, queue: kind.queue, onProgress: { bar.update(done: $0, count: status.tally.received) },
            onOthers: { count, queue in
                StandardError.write(
                    "\(count) exported \(count == 1 ? "message is" : "messages are") of the other queue, \(queue.name), and counted as such"
                )
            },
            onProblem: { problem in
                problems.withLock { $0 += 1 }
                StandardError.write("\(problem)")
            })

        let signals = Task {
            for await _ in await UnixSignalsSequence(trapping: .sigterm, .sigint) {
                if stop.isRequested { _exit(1) }
                stop.request()
            }
        }
        let result = await pipeline.runOnThread(source, until: stop)
        signals.cancel()
        let tally = status.tally
        bar.finish(done: totalSize() ?? 0, count: tally.received)
        if case .failure(let error) = result { StandardError.write("\(error)") }
        Output.print(common.json ? OutputText(json: json(tally)) : text(tally))
        if problems.withLock({ $0 > 0 }) { throw ExitStatus.failed.code }
        if case .failure = result { throw ExitStatus.failed.code }
        if stop.isRequested {
            throw ExitStatus.failed.error(
                "stopped before the end; run it again: what is stored is found to be duplicate")
        }
    }

    /// Nil where a part of it is a pipe.
    private func totalSize() -> UInt64? {
        var total: UInt64 = 0
        for file in files {
            var status = stat()
            guard file != "-", stat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
            total += UInt64(status.st_size)
        }
        return total
    }

    private func text(_ tally: IngestTally) -> OutputText {
        """
        received     \(tally.received)
        stored       \(tally.stored)
        duplicates   \(tally.duplicates)
        quarantined  \(tally.quarantined)
        """
    }

    private func json(_ tally: IngestTally) -> String {
        var json = JSONText()
        json.object { json in
            json.member("received", tally.received)
            json.member("stored", tally.stored)
            json.member("duplicates", tally.duplicates)
            json.member("quarantined", tally.quarantined)
        }
        return json.text
    }
}
