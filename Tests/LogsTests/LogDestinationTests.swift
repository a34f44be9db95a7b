import Glibc
import Logging
import Synchronization
import Testing

@testable import Logs

@Suite struct LogDestinationTests {
    private final class Lines: Sendable {
        let all = Mutex<[String]>([])
        var texts: [String] { all.withLock { $0 } }
    }

    private let lines = Lines()
    private let destination: LogDestination

    init() {
        let lines = lines
        destination = LogDestination(LogFormat(isJSON: false, isJournal: true), level: .info, time: { 0 }) { line in
            lines.all.withLock { $0.append(line) }
        }
    }

    @Test func `the last count is not lost when the process ends`() {
        let logger = destination.logger()
        for _ in 0..<10 { logger.warning("odd", metadata: ["cause": "x"]) }
        #expect(lines.texts == ["<4>odd cause=x"])
        destination.flush()
        #expect(lines.texts == ["<4>odd cause=x", "<4>odd: 9 more times in the last 1 s cause=x"])
        destination.flush()
        #expect(lines.texts.count == 2)
    }

    @Test func `a new level holds for all loggers but those that have their own`() {
        let logger = destination.logger()
        var own = logger
        own.logLevel = .error
        logger.debug("not yet")
        destination.level = .debug
        logger.debug("now")
        own.warning("too little")
        #expect(lines.texts == ["<7>now"])
    }

    @Test func `a new format holds from the next line on`() {
        let logger = destination.logger()
        logger.notice("one")
        destination.format = LogFormat(isJSON: true, isJournal: false)
        logger.notice("two")
        #expect(lines.texts.count == 2)
        #expect(lines.texts.first == "<5>one")
        #expect(lines.texts.last?.hasPrefix("{") == true && lines.texts.last?.contains(#""message":"two""#) == true)
    }

    @Test func `lines of many threads are whole and every one is counted`() async {
        let logger = destination.logger()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { for _ in 0..<500 { logger.error("same", metadata: ["error": "e"]) } } }
        }
        destination.flush()
        #expect(lines.texts.first == "<3>same error=e")
        #expect(lines.texts.last?.hasPrefix("<3>same: 3999 more times in the last ") == true)
        #expect(lines.texts.count == 2)
    }

    @Test func `the journal is recognised by device and inode, not by the variable alone`() throws {
        var status = stat()
        try #require(fstat(STDERR_FILENO, &status) == 0)
        #expect(JournalStream.isConnected(stream: "\(status.st_dev):\(status.st_ino)"))
        #expect(!JournalStream.isConnected(stream: "\(status.st_dev):\(status.st_ino + 1)"))
        for odd in [nil, "", ":", "9", "a:b", "1:2:3"] { #expect(!JournalStream.isConnected(stream: odd)) }
    }
}
