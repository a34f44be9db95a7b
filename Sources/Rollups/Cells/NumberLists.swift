/// The numbers of facts, kept as long as they are few: so that a quantile of few is that of the numbers, and not of their buckets.
///
/// A list for each dimension of a family and each slot, as ``CellAccumulator`` has cells. Facts are to be read slot by slot, and those that are
/// not merged yet first. Belongs to one thread.
package final class NumberLists {
    /// So many numbers, and fewer, are few.
    package static let few = 1000
    /// A list that grows to this within one slot is given up, whatever may be taken back of it.
    private static let most = 16_384

    private struct List {
        let key: UInt64
        var added: [Double] = []
        var takenBack: [Double] = []
        /// The slot that it grew in last.
        var slot = 0
        var isDropped = false
    }

    private var lists: [List] = []
    /// Places in `lists` by a hash of the key; -1 where there is none.
    private var places = [Int32](repeating: -1, count: 1 << 6)
    private var slot = 0
    /// Whether nobody wants the sums of the facts, only the numbers of the lists that were there from the beginning.
    package let isAlone: Bool

    /// Of all dimensions.
    package init() { isAlone = false }

    /// Of these dimensions of a family alone, in slot 0; it is known that they are few.
    package init(_ dimensions: [Int], of family: RollupFamily) {
        isAlone = true
        let base = CellAccumulator.key(family, slot: 0)
        for dimension in dimensions { _ = place(of: Self.key(base, dimension)) }
    }

    /// Tells that facts of another slot follow.
    package func beginSlot() { slot += 1 }

    private static func key(_ base: UInt64, _ dimension: Int) -> UInt64 { base | UInt64(dimension) }

    /// `base` is ``CellAccumulator/key(_:slot:)``.
    package func add(_ base: UInt64, _ dimension: Int, _ value: Double, _ sign: Int64) {
        let key = Self.key(base, dimension)
        if isAlone {
            guard let place = find(key) else { return }
            return sign > 0 ? lists[place].added.append(value) : lists[place].takenBack.append(value)
        }
        let place = place(of: key)
        if lists[place].isDropped { return }
        guard sign > 0 else { return lists[place].takenBack.append(value) }
        let kept = lists[place].added.count - lists[place].takenBack.count
        // In a slot that was read whole nothing is taken back any more.
        if kept > Self.few && lists[place].slot < slot || kept >= Self.most {
            lists[place] = List(key: key, isDropped: true)
            return
        }
        lists[place].added.append(value)
        lists[place].slot = slot
    }

    /// In order, without what was taken back; nil where they are more than few.
    package func numbers(_ family: RollupFamily, slot: Int64, _ dimension: Int) -> [Double]? {
        let key = Self.key(CellAccumulator.key(family, slot: slot), dimension)
        guard let place = find(key), !lists[place].isDropped else { return nil }
        let list = lists[place]
        guard list.added.count - list.takenBack.count <= Self.few else { return nil }
        let added = Self.sorted(list.added)
        guard !list.takenBack.isEmpty else { return added }
        var takenBack = Self.sorted(list.takenBack)[...]
        return added.filter { value in
            guard takenBack.first == value else { return true }
            takenBack.removeFirst()
            return false
        }
    }

    private func find(_ key: UInt64) -> Int? {
        var place = Self.hash(key) & (places.count - 1)
        while places[place] >= 0 {
            if lists[Int(places[place])].key == key { return Int(places[place]) }
            place = (place + 1) & (places.count - 1)
        }
        return nil
    }

    @inline(__always)
    private func place(of key: UInt64) -> Int {
        if let known = find(key) { return known }
        lists.append(List(key: key))
        if lists.count * 2 > places.count {
            places = Array(repeating: -1, count: places.count * 2)
            for place in lists.indices { put(place) }
        } else {
            put(lists.count - 1)
        }
        return lists.count - 1
    }

    private func put(_ list: Int) {
        var place = Self.hash(lists[list].key) & (places.count - 1)
        while places[place] >= 0 { place = (place + 1) & (places.count - 1) }
        places[place] = Int32(list)
    }

    private static func hash(_ key: UInt64) -> Int {
        Int(truncatingIfNeeded: ((key ^ key >> 31) &* 0x9E37_79B9_7F4A_7C15) >> 20)
    }
}
