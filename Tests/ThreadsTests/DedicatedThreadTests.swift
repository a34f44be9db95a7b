import Glibc
import Synchronization
import Testing
import Threads

struct DedicatedThreadTests {
    @Test func `a thread has the name that it was given, as far as Linux keeps it`() throws {
        let seen = Note()
        try DedicatedThread.start(named: "a name of many letters", stackBytes: 256 << 10) {
            guard let file = fopen("/proc/thread-self/comm", "r") else { return }
            defer { fclose(file) }
            var line = [UInt8](repeating: 0, count: 32)
            let count = fread(&line, 1, line.count, file)
            seen.write(String(decoding: line.prefix(count), as: UTF8.self))
        }.join()
        #expect(seen.text == "a name of many \n")
    }

    @Test func `a thread that the system does not give is an error that names it`() throws {
        // No address space has room for such a stack.
        let error = try #require(throws: ThreadError.self) {
            _ = try DedicatedThread.start(named: "giant", stackBytes: 1 << 62) {}
        }
        #expect("\(error)".hasPrefix("could not start the thread giant: "))
    }

    @Test func `work that goes on beyond its limit is told so, and comes back`() throws {
        let wake = try WakeUp()
        let told = try TimeLimit.run(.milliseconds(1), expire: { wake.signal() }) {
            var entry = pollfd(fd: wake.descriptor, events: Int16(POLLIN), revents: 0)
            return poll(&entry, 1, 30_000) == 1
        }
        #expect(told)
    }

    @Test func `work within its limit is left alone`() throws {
        let wake = try WakeUp()
        #expect(try TimeLimit.run(.seconds(3600), expire: { wake.signal() }) { 42 } == 42)
        var entry = pollfd(fd: wake.descriptor, events: Int16(POLLIN), revents: 0)
        #expect(poll(&entry, 1, 0) == 0)
    }

    @Test func `a wake-up lasts until it is reset, however often it is given`() throws {
        let wake = try WakeUp()
        func isAwake() -> Bool {
            var entry = pollfd(fd: wake.descriptor, events: Int16(POLLIN), revents: 0)
            return poll(&entry, 1, 0) == 1
        }
        #expect(!isAwake())
        wake.signal()
        wake.signal()
        #expect(isAwake())
        #expect(isAwake())
        wake.reset()
        #expect(!isAwake())
    }
}

private final class Note: Sendable {
    private let value = Mutex("")
    var text: String { value.withLock { $0 } }
    func write(_ text: String) { value.withLock { $0 = text } }
}
