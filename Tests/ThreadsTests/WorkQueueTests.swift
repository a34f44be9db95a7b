import Glibc
import Synchronization
import Testing
import Threads

@Suite(.timeLimit(.minutes(1))) struct WorkQueueTests {
    private struct Refused: Error, Equatable { let number: Int }

    private final class Numbers: Sendable {
        private let numbers = Mutex<[Int]>([])
        var all: [Int] { numbers.withLock { $0 } }
        func append(_ number: Int) { numbers.withLock { $0.append(number) } }
    }

    /// Keeps the thread of a queue until it is let go.
    private struct Gate {
        private let wakeUp: WakeUp
        let work: Task<Void, any Error>

        init<Tool>(_ queue: WorkQueue<Tool>) async throws {
            let wakeUp = try WakeUp()
            self.wakeUp = wakeUp
            let (began, beginning) = AsyncStream<Void>.makeStream()
            work = Task.immediate {
                try await queue.run { _ in
                    beginning.finish()
                    pollOnly(milliseconds: -1, wakeUp.descriptor)
                }
            }
            for await _ in began {}
        }

        func open() { wakeUp.signal() }
    }

    @Test func `a job's result and its error come back to who asked`() async throws {
        let queue = try WorkQueue(named: "test", limit: 1) { 7 }
        #expect(try await queue.run { $0 + 1 } == 8)
        await #expect(throws: Refused(number: 7)) { try await queue.run { throw Refused(number: $0) } }
        #expect(try await queue.run { $0 + 2 } == 9, "it goes on behind an error")
    }

    @Test func `the tool is made once, on the thread that does every job`() async throws {
        let made = Numbers()
        let queue = try WorkQueue(named: "made-once", limit: 4) {
            made.append(1)
            return WorkQueueTests.threadName()
        }
        #expect(made.all.isEmpty, "nothing is made before the first job")
        for _ in 0..<10 {
            let (tool, job) = try await queue.run { ($0, WorkQueueTests.threadName()) }
            #expect(tool == "made-once")
            #expect(job == "made-once")
        }
        #expect(made.all == [1])
    }

    @Test func `jobs are done one by one in the order in which they came`() async throws {
        let queue = try WorkQueue(named: "test", limit: 100) {}
        let gate = try await Gate(queue)
        let done = Numbers()
        let tasks = (0..<50).map { number in Task.immediate { try await queue.run { _ in done.append(number) } } }
        gate.open()
        for task in tasks { try await task.value }
        try await gate.work.value
        #expect(done.all == Array(0..<50))
    }

    @Test func `more than may wait are refused at once, and those that wait are done`() async throws {
        let queue = try WorkQueue(named: "test", limit: 3) {}
        let gate = try await Gate(queue)
        let tasks = (0..<3).map { number in Task.immediate { try await queue.run { _ in number } } }
        await #expect(throws: WorkQueue<Void>.Busy.self) { try await queue.run { _ in } }
        await #expect(throws: WorkQueue<Void>.Busy.self) { try await queue.run { _ in } }
        gate.open()
        for (number, task) in tasks.enumerated() { #expect(try await task.value == number) }
        #expect(try await queue.run { _ in "there is room again" } == "there is room again")
    }

    private static func threadName() -> String {
        guard let file = fopen("/proc/thread-self/comm", "r") else { return "" }
        defer { fclose(file) }
        var name = [UInt8](repeating: 0, count: 16)
        let length = fread(&name, 1, name.count, file)
        return String(decoding: name[..<length].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }
}
