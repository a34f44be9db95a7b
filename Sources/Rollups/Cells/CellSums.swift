/// The sums of one family over a window, by dimension and item, in order.
package struct CellSums: Sendable {
    package struct Cell: Sendable, Equatable {
        package let dimension: Int
        package let item: Int
        package let value: Int64
    }

    package let cells: [Cell]
    /// Of a family of numbers the numbers themselves, in order, where they are few; by dimension.
    package var few: [Int: [Double]] = [:]

    package init(_ entries: some Sequence<CellAccumulator.Entry>) {
        cells = entries.map { Cell(dimension: $0.cell.dimension, item: $0.cell.item, value: $0.value) }
    }

    /// The dimensions there are, ascending.
    package var dimensions: [Int] {
        var found: [Int] = []
        for cell in cells where cell.dimension != found.last { found.append(cell.dimension) }
        return found
    }

    /// 0 where there is none.
    package func value(_ dimension: Int, _ item: Int) -> Int64 {
        let wanted = (dimension, item)
        var (low, high) = (0, cells.count)
        while low < high {
            let middle = (low + high) / 2
            if (cells[middle].dimension, cells[middle].item) < wanted { low = middle + 1 } else { high = middle }
        }
        guard low < cells.count, cells[low].dimension == dimension, cells[low].item == item else { return 0 }
        return cells[low].value
    }

    package func exactSum(_ dimension: Int, wholes: Int, fractions: Int) -> Double {
        ExactSum.value(whole: value(dimension, wholes), fraction: value(dimension, fractions))
    }

    /// What a family of numbers holds of one dimension.
    package func numbers(_ dimension: Int) -> NumberSummary {
        var buckets: [(bucket: Int, count: Int64)] = []
        for cell in cells where cell.dimension == dimension && cell.item < NumberItem.wholes {
            buckets.append((cell.item, cell.value))
        }
        return NumberSummary(
            count: buckets.reduce(0) { $0 + $1.count },
            sum: exactSum(dimension, wholes: NumberItem.wholes, fractions: NumberItem.fractions), buckets: buckets,
            all: few[dimension])
    }

    /// How many numbers a family of numbers holds, by dimension.
    package var numberCounts: [(dimension: Int, count: Int64)] {
        var counts: [(dimension: Int, count: Int64)] = []
        for cell in cells where cell.item < NumberItem.wholes {
            if counts.last?.dimension == cell.dimension {
                counts[counts.count - 1].count += cell.value
            } else {
                counts.append((cell.dimension, cell.value))
            }
        }
        return counts
    }
}

/// Count, sum and distribution of numbers.
package struct NumberSummary: Sendable {
    package let count: Int64
    package let sum: Double
    package let buckets: [(bucket: Int, count: Int64)]
    /// The numbers in order, where they are few.
    package let all: [Double]?

    /// Nil where there are none.
    package var average: Double? { count > 0 ? sum / Double(count) : nil }

    /// The value of nearest rank ⌈q·n⌉: that value where the numbers are few, otherwise at most 1 % wrong; nil where there are none.
    package func quantile(_ q: Double) -> Double? {
        guard let all, Int64(all.count) == count, count > 0 else { return LogBuckets.quantile(q, of: buckets) }
        return all[max(1, Int((q * Double(count)).rounded(.up))) - 1]
    }
}
