import Testing

@testable import Rollups

@Suite struct CellSortingTests {
    @Test(arguments: [0, 1, 2, 64, 65, 1000, 5000])
    func `sorting by bytes is sorting by keys`(count: Int) {
        var random = SplitMix64(state: UInt64(count))
        let masks: [UInt64] = [.max, 0xFF, 0xFF00_0000_0000_00FF, 0x3_0000_0FFF]
        for mask in masks {
            var entries = (0..<count).map { CellAccumulator.Entry(key: random.next() & mask, value: Int64($0)) }
            let expected = entries.sorted { ($0.key, $0.value) < ($1.key, $1.value) }
            CellAccumulator.sort(&entries)
            #expect(entries.map(\.key) == expected.map(\.key))
            #expect(entries.map(\.value).sorted() == expected.map(\.value).sorted())
        }
    }
}
