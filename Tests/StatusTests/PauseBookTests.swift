import Testing

@testable import Status

struct PauseBookTests {
    private let full = PauseCause("disk_full")

    @Test func `a pause counts from its beginning to its end`() {
        var book = PauseBook()
        book.begin(full, at: 1_000_000_000)
        #expect(book.current == [full])
        #expect(book.seconds(at: 3_000_000_000) == [full: 2])
        book.begin(full, at: 2_000_000_000)
        book.end(full, at: 5_000_000_000)
        #expect(book.current.isEmpty)
        book.begin(full, at: 10_000_000_000)
        #expect(book.seconds(at: 10_500_000_000) == [full: 4.5])
    }

    @Test func `two causes count each for itself, and one that never began has no end`() {
        var book = PauseBook()
        book.end(full, at: 1)
        #expect(book.seconds(at: 2).isEmpty)
        book.begin(.broker, at: 0)
        book.begin(full, at: 1_000_000_000)
        #expect(book.current == [.broker, full])
        book.end(.broker, at: 4_000_000_000)
        #expect(book.seconds(at: 4_000_000_000) == [.broker: 4, full: 3])
    }

    @Test func `every trouble of the store that waiting can cure is a cause`() {
        let words = PauseCause.store.map(\.word)
        #expect(Set(words).count == words.count)
        #expect(words.allSatisfy { !["store_error", "store_unusable", "store_corrupt"].contains($0) })
    }
}
