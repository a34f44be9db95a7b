import Glibc
internal import Ingest
import Testing

struct FlightRecorderTests {
    /// No two tests have the same file.
    private let store = "/nowhere/\(getpid())-\(UInt64.random(in: 0 ... .max)).db"

    private func recorder() -> FlightRecorder { FlightRecorder(forStore: store, purpose: "test") }

    /// What another process would be told now.
    private var heard: [UInt64] {
        let other = recorder()
        defer { other.remove() }
        return other.lastWords
    }

    @Test func `what a process was handling when it died is told to the next`() {
        do {
            let dying = recorder()
            dying.note(7, by: .receive)
            dying.note(8, by: .commit)
        }
        let next = recorder()
        defer { next.remove() }
        #expect(next.lastWords == [7, 8])
    }

    @Test func `what a living process is handling are nobody's last words`() {
        let first = recorder()
        defer { first.remove() }
        first.note(7, by: .receive)
        let second = recorder()
        defer { second.remove() }
        #expect(second.lastWords.isEmpty)
        second.note(9, by: .receive)
        #expect(heard.isEmpty)
    }

    @Test func `several that died together are all heard, once`() {
        do {
            let both = [recorder(), recorder()]
            for (index, dying) in both.enumerated() { dying.note(UInt64(index + 1), by: .commit) }
        }
        let next = recorder()
        defer { next.remove() }
        #expect(next.lastWords.sorted() == [1, 2])
        #expect(heard.isEmpty)
    }

    @Test func `last words outlive a process that could not tell them to the store`() {
        do {
            let dying = [recorder(), recorder()]
            for (index, process) in dying.enumerated() { process.note(UInt64(index + 1), by: .commit) }
        }
        do {
            let stopped = recorder()
            stopped.note(3, by: .receive)
        }
        let next = recorder()
        defer { next.remove() }
        #expect(next.lastWords.sorted() == [1, 2, 3])
    }

    @Test func `last words that the store has are not told again`() {
        do { recorder().note(7, by: .receive) }
        do {
            let told = recorder()
            told.note(8, by: .receive)
            told.forgetLastWords()
        }
        let next = recorder()
        defer { next.remove() }
        #expect(next.lastWords == [8])
    }

    @Test func `a stop in good order leaves nothing`() {
        let first = recorder()
        first.note(7, by: .receive)
        first.remove()
        let second = recorder()
        defer { second.remove() }
        #expect(second.lastWords.isEmpty)
    }
}
