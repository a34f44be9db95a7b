internal import Events
package import Rollups

/// One pass over the facts of a stream in a window: drops what the filter excludes, and adds the rest to the sums of its group.
///
/// A group is what ``FactCells`` takes for a slot, so one table holds the sums of all of them. Group 0 are the facts that are in none.
final class FactPass {
    private let reader: RollupReader
    private let stream: RollupStream
    private let families: [RollupFamily]
    private let cells: FactCells
    private let values: DimensionValues
    private var filters: [DimensionNames]
    private var dimensions: [DimensionNames]
    private var groups = GroupTable()
    private var names: [[String]] = [[]]
    /// The group of the facts that come in one that is too much.
    private var other: Int64?

    init(
        _ reader: RollupReader, _ stream: RollupStream, _ families: [RollupFamily], by dimensions: [FactDimension],
        where filter: FactFilter, _ declared: [ByteKey: Int]
    ) {
        self.reader = reader
        self.stream = stream
        self.families = families
        let numbers = families.contains(where: \.holdsNumbers) ? NumberLists() : nil
        cells = FactCells(families: RollupFamilies(families), sums: CellAccumulator(), numbers: numbers)
        let values = DimensionValues(of: dimensions + filter.conditions.map(\.dimension), declared)
        filters = []
        self.dimensions = []
        for condition in filter.conditions {
            filters.append(DimensionNames(condition.dimension, at: values, only: condition.values))
        }
        for dimension in dimensions { self.dimensions.append(DimensionNames(dimension, at: values, only: nil)) }
        self.values = values
    }

    func read(_ times: Range<Timestamp>) throws(StoreError) {
        // What is not merged comes first, see ``NumberLists``.
        try reader.forEachPending(stream) { block throws(StoreError) in try add(block, times) }
        let slots = RollupSlot.slot(of: times.lowerBound)...RollupSlot.slot(of: times.upperBound - 1)
        try reader.forEachBlock(
            of: stream, in: slots, within: times, beginSlot: { cells.numbers?.beginSlot() }
        ) { block throws(StoreError) in try add(block, times) }
    }

    private func add(_ block: UnsafeRawBufferPointer, _ times: Range<Timestamp>) throws(StoreError) {
        var facts = Fact.Block(block)
        while let fact = facts.next() {
            if times.contains(fact.time) { try add(fact) }
        }
    }

    private func add(_ fact: Fact) throws(StoreError) {
        values.read(fact, of: stream)
        for place in filters.indices where try filters[place].place(of: values, reader) == nil { return }
        cells.add(fact, of: stream, slot: try group())
    }

    private func group() throws(StoreError) -> Int64 {
        guard !dimensions.isEmpty else { return 0 }
        var key: UInt64 = 0
        for place in dimensions.indices {
            guard let name = try dimensions[place].place(of: values, reader) else { return 0 }
            key = key << 32 | UInt64(name)
        }
        return groups.number(of: key) { number(of: key) }
    }

    /// Of a new group.
    private func number(of key: UInt64) -> Int64 {
        if names.count > RollupReader.mostGroups, let other { return other }
        let isLast = names.count == RollupReader.mostGroups
        let own =
            isLast
            ? dimensions.map { _ in NameRegistry.other }
            : dimensions.indices.map { place in
                let shift = UInt64(dimensions.count - 1 - place) * 32
                return dimensions[place].names[Int(key >> shift & 0xFFFF_FFFF)]
            }
        // What the store does not tell apart is called so, too.
        let isOther = own.allSatisfy { $0 == NameRegistry.other }
        if isOther, let other { return other }
        names.append(own)
        let number = Int64(names.count - 1)
        if isOther { other = number }
        return number
    }

    func sums() -> FactGroups {
        let entries = cells.sums.drain()
        var bySlot: [[RollupFamily: CellSums]] = Array(repeating: [:], count: names.count)
        var first = 0
        while first < entries.count {
            let (family, slot) = (entries[first].familyNumber, entries[first].slot)
            var end = first + 1
            while end < entries.count, entries[end].familyNumber == family, entries[end].slot == slot { end += 1 }
            if let family = RollupFamily(rawValue: family) {
                bySlot[Int(slot)][family] = withFew(CellSums(entries[first..<end]), of: family, slots: [slot])
            }
            first = end
        }
        let found = names.indices.dropFirst().filter { !bySlot[$0].isEmpty }
        return FactGroups(
            whole: names.count == 1 ? bySlot[0] : whole(entries),
            groups: found.map { FactGroups.Group(names: names[$0], sums: bySlot[$0]) })
    }

    private func whole(_ entries: [CellAccumulator.Entry]) -> FactGroups.Sums {
        for entry in entries {
            cells.sums.add(key: entry.key & ~(UInt64(1) << 58 - 1) | entry.key & 0xFFFF_FFFF, entry.value)
        }
        let total = cells.sums.drain()
        var sums: FactGroups.Sums = [:]
        for family in families {
            let own = CellSums(total.lazy.filter { $0.familyNumber == family.rawValue })
            sums[family] = withFew(own, of: family, slots: names.indices.map { Int64($0) })
        }
        return sums
    }

    /// Adds the numbers that the lists of these groups hold, where they are few together.
    private func withFew(_ sums: CellSums, of family: RollupFamily, slots: [Int64]) -> CellSums {
        guard family.holdsNumbers, let lists = cells.numbers else { return sums }
        var sums = sums
        for (dimension, count) in sums.numberCounts where (1...Int64(NumberLists.few)).contains(count) {
            let numbers = slots.flatMap { lists.numbers(family, slot: $0, dimension) ?? [] }
            // One list may have been given up; then they are not all.
            if Int64(numbers.count) == count { sums.few[dimension] = slots.count == 1 ? numbers : numbers.sorted() }
        }
        return sums
    }
}

/// Gives the values of a dimension places by their names, and none to those that do not count.
struct DimensionNames {
    private let dimension: FactDimension
    private let valuePlace: Int
    /// Nil where all count.
    private let only: Set<ByteKey>?
    private(set) var names: [String] = []
    private var byName: [ByteKey: Int32] = [:]
    /// By the value; -1 for one that does not count, -2 for one that nobody has asked for.
    private var places: [Int32] = []

    init(_ dimension: FactDimension, at values: borrowing DimensionValues, only: [String]?) {
        self.dimension = dimension
        valuePlace = values.place(of: dimension)
        self.only = only.map { Set($0.map { ByteKey($0) }) }
    }

    /// Nil for a fact that does not say the dimension, or says something that does not count.
    @inline(__always)
    mutating func place(of values: borrowing DimensionValues, _ reader: RollupReader) throws(StoreError) -> Int32? {
        let value = values[place: valuePlace]
        guard value >= 0 else { return nil }
        if value < places.count, places[value] > -2 { return places[value] < 0 ? nil : places[value] }
        return try learn(value, reader)
    }

    private mutating func learn(_ value: Int, _ reader: RollupReader) throws(StoreError) -> Int32? {
        // No name has a greater number; a damaged fact has no name.
        guard value <= NameRegistry.capacity else { return nil }
        if value >= places.count {
            places += Array(repeating: -2, count: min(max(value * 2, 64), NameRegistry.capacity + 1) - places.count)
        }
        let name = try reader.name(of: value, dimension)
        let key = ByteKey(name)
        guard only?.contains(key) ?? true else {
            places[value] = -1
            return nil
        }
        // Models of one version are one.
        if byName[key] == nil {
            byName[key] = Int32(names.count)
            names.append(name)
        }
        places[value] = byName[key] ?? -1
        return byName[key]
    }
}

extension RollupReader {
    /// How a value of a dimension is called.
    package func name(of value: Int, _ dimension: FactDimension) throws(StoreError) -> String {
        func word<Word: CaseIterable & RawRepresentable & StoredCode>(_ type: Word.Type) -> String
        where Word.RawValue == String {
            type.allCases.first { Int($0.code) == value }?.rawValue ?? "unknown"
        }
        switch dimension {
        case .recommendationType: return try name(.recommendationType, value).name
        case .confidence: return word(Confidence.self)
        case .explanationVersion: return try name(.explanationVersion, value).name
        case .admin: return try name(.admin, value).name
        case .completionStatus: return word(CompletionStatus.self)
        case .recommendedTrack: return try name(.track, value).name
        case .workStyle: return word(WorkStyleCluster.self)
        case .difficulty: return word(Difficulty.self)
        case .modelVersion: return try name(.model, value).detail ?? "?"
        case .browser: return try name(.browser, value).name
        case .operatingSystem: return try name(.operatingSystem, value).name
        case .declared(let dimension):
            guard let number = try number(ofDimension: dimension) else { return "?" }
            return try name(.declared(number), value).name
        }
    }
}
