import Glibc
import Synchronization
import Testing

@testable import Logs

@Suite(.timeLimit(.minutes(1))) struct LogWriterTests {
    /// A pipe that holds a page and that nobody reads until it is asked for. It is never closed: the thread of a writer may still write to it
    /// when its test has ended, and the number would be another test's by then.
    private final class Pipe: Sendable {
        let reading: Int32
        let writing: Int32

        init() {
            var ends: [Int32] = [0, 0]
            Glibc.pipe(&ends)
            (reading, writing) = (ends[0], ends[1])
            let setPipeSize: Int32 = 1031
            #expect(fcntl(writing, setPipeSize, 4096) == 4096)
        }

        /// Reads until `last` is the last line.
        func lines(until last: String) -> [String] {
            var text = ""
            var piece = [UInt8](repeating: 0, count: 65_536)
            while !text.hasSuffix("\(last)\n") {
                let count = read(reading, &piece, piece.count)
                guard count > 0 else { break }
                text += String(decoding: piece[..<count], as: UTF8.self)
            }
            return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map { String($0) }
        }
    }

    private let pipe = Pipe()

    @Test func `a line is written when the call returns`() {
        let writer = LogWriter(to: pipe.writing, patience: .seconds(60)) { "\($0) dropped" }
        for number in 0..<20 {
            writer.write("line \(number)")
            var waiting: Int32 = 0
            _ = ioctl(pipe.reading, UInt(FIONREAD), &waiting)
            #expect(waiting > 0)
            #expect(pipe.lines(until: "line \(number)") == ["line \(number)"])
        }
    }

    @Test func `nobody waits where nobody reads, and what is missing is told where it is missing`() {
        let writer = LogWriter(to: pipe.writing, capacity: 64 << 10) { "\($0) dropped" }
        let padding = String(repeating: "x", count: 100)
        for number in 0..<5000 { writer.write("\(number) \(padding)") }
        let first = pipe.lines(until: "dropped")
        writer.write("the end")
        let all = first + pipe.lines(until: "the end")
        let kept = all.compactMap { $0.hasSuffix(padding) ? Int($0.prefix { $0 != " " }) : nil }
        let notices = all.filter { $0.hasSuffix(" dropped") }.compactMap { Int($0.prefix { $0 != " " }) }
        #expect(kept == Array(0..<kept.count) && kept.count > 300 && kept.count < 2000)
        #expect(notices == [5000 - kept.count])
        #expect(all.last == "the end" && all.count == kept.count + 2)
    }

    @Test func `lines that were kept are written when somebody reads again, whole and in order`() {
        let writer = LogWriter(to: pipe.writing) { "\($0) dropped" }
        for number in 0..<3000 { writer.write("\(number)") }
        writer.write("the end")
        #expect(pipe.lines(until: "the end") == (0..<3000).map { "\($0)" } + ["the end"])
    }

    @Test func `the end of the process does not wait for ever`() {
        let writer = LogWriter(to: pipe.writing) { "\($0) dropped" }
        for number in 0..<3000 { writer.write("\(number)") }
        writer.drain(atMost: .milliseconds(10))
    }

    @Test func `a reader that has gone costs nothing but its lines`() {
        signal(SIGPIPE, SIG_IGN)
        let gone = Pipe()
        let writer = LogWriter(to: gone.writing, patience: .seconds(60)) { "\($0) dropped" }
        // Takes the place of the only descriptor that could read.
        _ = dup2(pipe.reading, gone.reading)
        for number in 0..<10 { writer.write("\(number)") }
    }
}
