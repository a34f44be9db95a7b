import Testing

@testable import Rollups

@Suite struct NumberListTests {
    private let base = CellAccumulator.key(.moduleTime, slot: 7)

    private func add(_ values: some Sequence<Int>, _ sign: Int64 = 1, to lists: NumberLists) {
        for value in values { lists.add(base, 3, Double(value), sign) }
    }

    private func numbers(_ lists: NumberLists) -> [Double]? { lists.numbers(.moduleTime, slot: 7, 3) }

    @Test func `a thousand are few, and come in order`() {
        let lists = NumberLists()
        add((1...1000).reversed(), to: lists)
        #expect(numbers(lists) == (1...1000).map(Double.init))
        #expect(lists.numbers(.moduleTime, slot: 8, 3) == nil && lists.numbers(.moduleTime, slot: 7, 4) == nil)
        add([1001], to: lists)
        #expect(numbers(lists) == nil)
    }

    @Test func `many are sorted like few, whatever they are`() {
        let odd = [0, -0.0, -3.25, 1e300, .infinity, -.infinity, .leastNonzeroMagnitude, 0.1, 312.5]
        let many = odd + (0..<500).map { _ in Double.random(in: -1000...1000) } + (0..<500).map { Double($0 % 7) }
        #expect(NumberLists.sorted(many) == many.sorted() && NumberLists.sorted(odd) == odd.sorted())
    }

    @Test func `what is taken back in the same slot, or was before, does not count`() {
        let lists = NumberLists()
        // Of the log, which is read first.
        add([5, 5], -1, to: lists)
        lists.beginSlot()
        add(0..<1400, to: lists)
        add([5], to: lists)
        add(500..<1400, -1, to: lists)
        lists.beginSlot()
        add([7], to: lists)
        #expect(
            numbers(lists) == (0..<500).filter { $0 != 5 }.map(Double.init).reduce(into: [7]) { $0.append($1) }.sorted()
        )
    }

    @Test func `a list that a slot leaves with too many is given up`() {
        let lists = NumberLists()
        lists.beginSlot()
        add(0..<1001, to: lists)
        lists.beginSlot()
        add([1], to: lists)
        add(0..<600, -1, to: lists)
        #expect(numbers(lists) == nil)
    }

    @Test func `a quantile is the number of nearest rank where they are few, and within a percent otherwise`() throws {
        let sums = CellAccumulator()
        let lists = NumberLists()
        let cells = FactCells(families: .all, sums: sums, numbers: lists)
        for value in 1...999 { cells.number(Double(value) + 0.125, .sessionDuration, 0, 0, 1) }
        var few = CellSums(sums.drain())
        #expect(few.numberCounts.map(\.count) == [999] && few.numberCounts.map(\.dimension) == [0])
        let rounded = try #require(few.numbers(0).quantile(0.5))
        #expect(rounded != 500.125 && abs(rounded - 500.125) <= 5.00125)
        few.few[0] = lists.numbers(.sessionDuration, slot: 0, 0)
        let exact = few.numbers(0)
        #expect(exact.quantile(0.5) == 500.125 && exact.quantile(0.9) == 900.125 && exact.quantile(0.001) == 1.125)
        #expect(exact.quantile(1) == 999.125)
    }
}
