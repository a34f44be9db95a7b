import Testing

@testable import Dashboard

struct SilenceTests {
    private let minute: Int64 = 60_000_000

    /// A message every two minutes for an hour, then a break of an hour, then again.
    private var minutes: [Int64] {
        (0..<30).map { Int64($0) * 2 * minute } + (0..<30).map { (120 + Int64($0) * 2) * minute }
    }

    @Test func `what is usual, what was longest, and how long it lasts`() throws {
        let silence = try #require(Silence(minutes, now: 190 * minute))
        #expect(silence.usual == 2 * minute)
        #expect(silence.longest.from == 58 * minute)
        #expect(silence.longest.to == 120 * minute)
        #expect(silence.current == 12 * minute)
        #expect(silence.isUnusual)
        #expect(try #require(Silence(minutes, now: 183 * minute)).isUnusual == false)
    }

    @Test func `too little says nothing, and a clock that went back is no silence`() throws {
        #expect(Silence(Array(minutes.prefix(19)), now: 500 * minute) == nil)
        #expect(try #require(Silence(minutes, now: 0)).current == 0)
    }
}
