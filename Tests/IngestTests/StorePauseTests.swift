import Logging
import Status
import Store
import Testing

@testable import Ingest

/// What is said of a pause and what counts for it, whatever the store says and however often.
struct StorePauseTests {
    private let journal = Journal()
    private let status = IngestStatus()
    private var pause: StorePause

    init() {
        let journal = journal
        let logger = Logger(label: "test") { _ in JournalHandler(journal: journal) }
        pause = StorePause(saying: "paused", status: status, logger: logger)
    }

    private func error(_ kind: StoreError.Kind) -> StoreError { StoreError(kind, doing: "append", why: "it is so") }

    private var causes: [String] { status.snapshot.currentPauses.map(\.word) }

    @Test mutating func `a cause is said once, however often the store is tried`() {
        for _ in 1...5 { pause.goesOn(error(.busy)) }
        #expect(causes == ["store_locked"])
        #expect(status.isWaitingForStore)
        pause.end()
        pause.end()
        #expect(causes == [])
        #expect(!status.isWaitingForStore)
        #expect(journal.content == ["error paused cause=store_locked", "notice resumed after=store_locked"])
    }

    @Test mutating func `another cause takes the place of the first`() {
        pause.goesOn(error(.busy))
        pause.goesOn(error(.readOnly))
        #expect(causes == ["store_read_only"])
        pause.end()
        #expect(
            journal.content == [
                "error paused cause=store_locked", "error paused cause=store_read_only",
                "notice resumed after=store_read_only",
            ])
    }

    @Test mutating func `a disk that was full is low until there is room, and that is one trouble`() {
        pause.goesOn(error(.diskFull))
        pause.goesOn(error(.diskLow))
        pause.goesOn(error(.diskFull))
        #expect(causes == ["disk_full"])
        pause.end()
        #expect(journal.content == ["error paused cause=disk_full", "notice resumed after=disk_full"])
        pause.goesOn(error(.diskLow))
        #expect(causes == ["disk_low"])
    }

    @Test mutating func `a broker that is away is no pause of the store`() {
        status.paused(for: .broker)
        #expect(!status.isWaitingForStore)
        pause.goesOn(error(.heldByReader))
        status.resumed(after: .broker)
        #expect(causes == ["wal_reader"])
        #expect(status.isWaitingForStore)
    }
}

/// Writes the level, the message and the cause of each line.
struct JournalHandler: LogHandler {
    let journal: Journal
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.debug

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let fields = (event.metadata ?? [:]).filter { $0.key != "error" }.map { " \($0.key)=\($0.value)" }
        journal.write("\(event.level) \(event.message)\(fields.joined())")
    }
}
