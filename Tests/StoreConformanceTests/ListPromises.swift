import Events
import Store
import StoreFixtures
import Testing

/// Pages of events put together are the whole list in its order.
@Suite struct ListPromises {
    private static let day = RandomLists.start + 86_400_000_000
    private static let limit = ReadLimit(deadline: .now + .seconds(600))

    private func filled(_ kind: StoreKind, seed: UInt64, count: Int = 600) throws -> (FreshStore, any StoreReader) {
        let fresh = try FreshStore(kind)
        var random = RandomLists(seed: seed)
        let result = try fresh.writer().append(random.batch(count))
        #expect(result.stored == count)
        return (fresh, try fresh.store.reader())
    }

    /// All rows, from page to page.
    private func all<Row>(
        from end: ListPlace = .first, _ page: (ListPlace) throws -> ListPage<Row>
    ) throws -> [Row] {
        var rows: [Row] = []
        var place: ListPlace? = end
        let isBackward = end == .last
        while let here = place {
            let found = try page(here)
            rows = isBackward ? found.rows + rows : rows + found.rows
            place = isBackward ? found.before.map { .before($0) } : found.after.map { .after($0) }
            if here == end { #expect((isBackward ? found.after : found.before) == nil) }
        }
        return rows
    }

    /// A list is the same from both ends, from any place of it, in pages of any size, and stands in its order.
    private func check<Row: Equatable & Sendable>(
        _ title: String, expected: [Row], isBefore: (Row, Row) -> Bool?, seq: (Row) -> Int64,
        _ page: (ListPlace, Int) throws -> ListPage<Row>
    ) throws {
        let whole = try all { try page($0, 200) }
        #expect(whole.map(seq).sorted() == expected.map(seq).sorted(), "\(title)")
        for (one, next) in zip(whole, whole.dropFirst()) { #expect(isBefore(one, next) != false, "\(title)") }
        #expect(try all { try page($0, 7) } == whole, "\(title)")
        #expect(try all(from: .last) { try page($0, 13) } == whole, "\(title)")
        // There and back again.
        let first = try page(.first, 5)
        if let after = first.after {
            let second = try page(.after(after), 5)
            let back = try page(.before(try #require(second.before)), 5)
            #expect(back.rows == first.rows && back.before == nil, "\(title)")
            let again = try page(.after(try #require(back.after)), 5)
            #expect(again.rows == second.rows, "\(title)")
        }
    }

    // MARK: Recommendations

    private static var recommendationFilters: [RecommendationFilter] {
        var filters = [RecommendationFilter()]
        func add(_ change: (inout RecommendationFilter) -> Void) {
            var filter = RecommendationFilter()
            change(&filter)
            filters.append(filter)
        }
        add { $0.actions = ["ACCEPTED", "OVERRIDDEN"] }
        add { $0.types = ["e\u{301}"] }
        add { $0.confidences = ["", "LOW"] }
        add { $0.versions = ["v2", "v3"] }
        add { $0.signal = 3 }
        add { $0.admin = 1 }
        add {
            $0.admin = 1
            $0.signal = 2
        }
        add {
            $0.from = RandomLists.start + 1_200_000_000
            $0.to = RandomLists.start + 6_000_000_000
        }
        add {
            $0.minimumMilliseconds = 2
            $0.maximumMilliseconds = 5
        }
        add { $0.isLate = true }
        add { $0.warning = "coerced" }
        add { $0.types = ["none"] }
        return filters
    }

    private func isLetThrough(_ row: RecommendationRow, _ filter: RecommendationFilter) -> Bool {
        func isOne(_ word: String?, of words: [String]) -> Bool {
            words.isEmpty || words.contains { ByteKey($0) == ByteKey(word ?? "") }
        }
        let time = row.decisionMilliseconds
        return isOne(row.action, of: filter.actions) && isOne(row.type, of: filter.types)
            && isOne(row.confidence, of: filter.confidences) && isOne(row.version, of: filter.versions)
            && filter.signal.map { $0 == row.signal } ?? true && filter.admin.map { $0 == row.admin } ?? true
            && filter.from.map { row.occurredAt >= $0 } ?? true && filter.to.map { row.occurredAt < $0 } ?? true
            && filter.minimumMilliseconds.map { time ?? -1 >= $0 } ?? true
            && filter.maximumMilliseconds.map { time ?? .max <= $0 } ?? true
            && (!filter.isLate || row.receivedAt > row.occurredAt + 3_600_000_000)
            && filter.warning.map { code in row.warnings.contains { $0 == code } } ?? true
    }

    /// Nil where the two may stand either way: their ids decide.
    private func isBefore<Value: Comparable>(
        _ one: (key: Value?, time: Timestamp), _ next: (key: Value?, time: Timestamp), isReversed: Bool
    ) -> Bool? {
        switch (one.key, next.key) {
        case (nil, .some): return false
        case (.some, nil): return true
        case (let key?, let other?) where key != other: return (key < other) != isReversed
        default: return one.time == next.time ? nil : one.time > next.time
        }
    }

    @Test(arguments: StoreKind.all, RecommendationOrder.allCases)
    func `pages of recommendations are the list in every order`(kind: StoreKind, key: RecommendationOrder) throws {
        let (_fresh, reader) = try filled(kind, seed: 1)
        let everything = try all { try reader.recommendations(.init(), ListOrder(.date), $0, count: 200, Self.limit) }
        #expect(everything.count > 200)
        for isReversed in [false, true] {
            for var filter in Self.recommendationFilters {
                if filter.from == nil, key != .date, key != .received {
                    filter.from = 1_769_000_000_000_000
                    filter.to = Self.day
                }
                let order = ListOrder(key, isReversed: isReversed)
                func isBefore(_ one: RecommendationRow, _ next: RecommendationRow) -> Bool? {
                    func compare<Value: Comparable>(_ value: (RecommendationRow) -> Value?) -> Bool? {
                        self.isBefore(
                            (value(one), one.occurredAt), (value(next), next.occurredAt), isReversed: isReversed)
                    }
                    return switch key {
                    case .date: compare { -$0.occurredAt }
                    case .action: compare { ByteText($0.action) }
                    case .signal: compare { $0.signal }
                    case .version: compare { ByteText($0.version) }
                    case .admin: compare { $0.admin }
                    case .type: compare { ByteText($0.type) }
                    case .decisionTime: compare { $0.decisionMilliseconds }
                    case .received: compare { -$0.seq }
                    }
                }
                if key == .date, !isReversed {
                    let kept = try all { try reader.recommendations(filter, order, $0, count: 50, Self.limit) }
                    #expect(kept == everything.filter { isLetThrough($0, filter) }, "\(filter)")
                }
                try check(
                    "\(order.text) \(filter)", expected: everything.filter { isLetThrough($0, filter) },
                    isBefore: isBefore, seq: \.seq
                ) { try reader.recommendations(filter, order, $0, count: $1, Self.limit) }
            }
        }
        withExtendedLifetime(_fresh) {}
    }

    // MARK: Outcomes and views

    @Test(arguments: StoreKind.all, OutcomeOrder.allCases)
    func `pages of outcomes are the list in every order`(kind: StoreKind, key: OutcomeOrder) throws {
        let (_fresh, reader) = try filled(kind, seed: 2)
        let everything = try all { try reader.outcomes(.init(), ListOrder(.date), $0, count: 200, Self.limit) }
        #expect(everything.count > 50)
        for isReversed in [false, true] {
            var filter = OutcomeFilter()
            filter.from = RandomLists.start
            filter.to = Self.day
            filter.statuses = isReversed ? ["RESOLVED", "ESCALATED"] : []
            filter.minimumHours = isReversed ? 1.5 : nil
            func isBefore(_ one: OutcomeRow, _ next: OutcomeRow) -> Bool? {
                func compare<Value: Comparable>(_ value: (OutcomeRow) -> Value?) -> Bool? {
                    self.isBefore((value(one), one.occurredAt), (value(next), next.occurredAt), isReversed: isReversed)
                }
                return switch key {
                case .date: compare { -$0.occurredAt }
                case .status: compare { ByteText($0.status) }
                case .signal: compare { $0.signal }
                case .resolution: compare { $0.resolutionHours }
                case .version: compare { ByteText($0.version) }
                case .received: compare { -$0.seq }
                }
            }
            let expected = everything.filter {
                !isReversed || ["RESOLVED", "ESCALATED"].contains($0.status) && $0.resolutionHours ?? 0 >= 1.5
            }
            try check("\(key) \(isReversed)", expected: expected, isBefore: isBefore, seq: \.seq) {
                try reader.outcomes(filter, ListOrder(key, isReversed: isReversed), $0, count: $1, Self.limit)
            }
        }
        withExtendedLifetime(_fresh) {}
    }

    @Test(arguments: StoreKind.all, ViewOrder.allCases)
    func `pages of views are the list in every order`(kind: StoreKind, key: ViewOrder) throws {
        let (_fresh, reader) = try filled(kind, seed: 3)
        let everything = try all { try reader.views(.init(), ListOrder(.date), $0, count: 200, Self.limit) }
        #expect(everything.count > 50)
        for isReversed in [false, true] {
            var filter = ViewFilter()
            filter.from = RandomLists.start
            filter.to = Self.day
            filter.types = isReversed ? ["DASHBOARD_OPEN"] : []
            func isBefore(_ one: ViewRow, _ next: ViewRow) -> Bool? {
                func compare<Value: Comparable>(_ value: (ViewRow) -> Value?) -> Bool? {
                    self.isBefore((value(one), one.occurredAt), (value(next), next.occurredAt), isReversed: isReversed)
                }
                return switch key {
                case .date: compare { -$0.occurredAt }
                case .admin: compare { $0.admin }
                case .type: compare { ByteText($0.type) }
                case .signal: compare { $0.signal }
                case .version: compare { ByteText($0.version) }
                case .received: compare { -$0.seq }
                }
            }
            let expected = everything.filter { !isReversed || $0.type == "DASHBOARD_OPEN" }
            try check("\(key) \(isReversed)", expected: expected, isBefore: isBefore, seq: \.seq) {
                try reader.views(filter, ListOrder(key, isReversed: isReversed), $0, count: $1, Self.limit)
            }
        }
        withExtendedLifetime(_fresh) {}
    }

    // MARK: While events arrive

    @Test(arguments: StoreKind.all, [RecommendationOrder.date, .action, .decisionTime, .received])
    func `whoever pages while events arrive sees each that was there once`(kind: StoreKind, key: RecommendationOrder)
        throws
    {
        let fresh = try FreshStore(kind)
        let writer = try fresh.writer()
        var random = RandomLists(seed: 4)
        _ = try writer.append(random.batch(200))
        let reader = try fresh.store.reader()
        var filter = RecommendationFilter()
        (filter.from, filter.to) = (RandomLists.start, Self.day)
        func page(_ place: ListPlace, _ count: Int) throws -> ListPage<RecommendationRow> {
            try reader.recommendations(filter, ListOrder(key), place, count: count, Self.limit)
        }
        let before = try page(.first, 200)
        for end in [ListPlace.first, .last] {
            var left = 8
            let seen = try all(from: end) { place in
                if left > 0 { _ = try writer.append(random.batch(20)) }
                left -= 1
                return try page(place, 7)
            }
            let known = seen.filter { $0.seq <= before.mark }
            #expect(known == before.rows)
        }
        let marked = try page(.first, 1).mark
        _ = try writer.append(random.batch(100))
        let arrived = try all { try page($0, 200) }.count { $0.seq > marked }
        #expect(arrived > 0)
        #expect(
            try reader.arrivals(of: filter, since: marked, Self.limit) == ListCount(count: arrived, isAtLeast: false)
        )
        let bounded = try reader.arrivals(of: filter, since: 0, ReadLimit(deadline: .now + .seconds(600), rows: 10))
        #expect(bounded.isAtLeast && bounded.count <= 10)
    }

    // MARK: Limits and keys

    @Test(arguments: StoreKind.all)
    func `a rare filter is read in pieces that say how far they got`(kind: StoreKind) throws {
        let (_fresh, reader) = try filled(kind, seed: 5)
        var filter = RecommendationFilter()
        filter.signal = nil
        filter.types = ["a/b"]
        filter.actions = ["IGNORED"]
        let limit = ReadLimit(deadline: .now + .seconds(600), rows: 11)
        for key in [RecommendationOrder.date, .version, .received] {
            let whole = try reader.recommendations(filter, ListOrder(key), .first, count: 200, Self.limit)
            #expect(whole.stoppedAt == nil && whole.after == nil && whole.rows.count > 3)
            var stops = 0
            for end in [ListPlace.first, .last] {
                let pieces = try all(from: end) { place in
                    let page = try reader.recommendations(filter, ListOrder(key), place, count: 50, limit)
                    if page.stoppedAt != nil { stops += 1 }
                    return page
                }
                #expect(pieces == whole.rows)
            }
            #expect(stops > 20)
        }
        withExtendedLifetime(_fresh) {}
    }

    @Test(arguments: StoreKind.all)
    func `a list goes to a time`(kind: StoreKind) throws {
        let (_fresh, reader) = try filled(kind, seed: 6)
        let time = RandomLists.start + 5_700_000_000
        for isReversed in [false, true] {
            let order = ListOrder(RecommendationOrder.date, isReversed: isReversed)
            let whole = try all { try reader.recommendations(.init(), order, $0, count: 200, Self.limit) }
            let page = try reader.recommendations(.init(), order, .around(time), count: 10, Self.limit)
            let first = try #require(whole.firstIndex { isReversed ? $0.occurredAt >= time : $0.occurredAt <= time })
            #expect(page.rows == Array(whole[first..<first + 10]))
            let back = try reader.recommendations(
                .init(), order, .before(try #require(page.before)), count: 10, Self.limit)
            #expect(back.rows == Array(whole[first - 10..<first]))
        }
        withExtendedLifetime(_fresh) {}
    }

    @Test(arguments: StoreKind.all)
    func `a key that is cut, changed, or of another list or store is refused`(kind: StoreKind) throws {
        let (_fresh, reader) = try filled(kind, seed: 7)
        let (_other, another) = try filled(kind, seed: 7)
        let key = try #require(
            try reader.recommendations(.init(), ListOrder(.date), .first, count: 3, Self.limit).after)
        func isRefused(
            _ text: String, by reader: any StoreReader, _ order: ListOrder<RecommendationOrder> = ListOrder(.date)
        ) {
            for place in [ListPlace.after(text), .before(text)] {
                #expect {
                    _ = try reader.recommendations(.init(), order, place, count: 3, Self.limit)
                } throws: { error in if case ListError.staleKey = error { true } else { false } }
            }
        }
        isRefused(key, by: another)
        isRefused(key, by: reader, ListOrder(.received))
        isRefused(key, by: reader, ListOrder(.date, isReversed: true))
        for count in 0..<key.count { isRefused(String(key.prefix(count)), by: reader) }
        for place in key.indices {
            var forged = key
            forged.replaceSubrange(place...place, with: key[place] == "A" ? "B" : "A")
            isRefused(forged, by: reader)
        }
        for text in ["", "=", "\0", "\u{1F600}", String(repeating: "A", count: 5000)] { isRefused(text, by: reader) }
        withExtendedLifetime((_fresh, _other)) {}
    }

    @Test(arguments: StoreKind.all)
    func `an order that must sort asks for a window`(kind: StoreKind) throws {
        let (_fresh, reader) = try filled(kind, seed: 8, count: 50)
        func isTooWide(_ key: RecommendationOrder, _ change: (inout RecommendationFilter) -> Void) -> Bool {
            var filter = RecommendationFilter()
            change(&filter)
            do {
                _ = try reader.recommendations(filter, ListOrder(key), .first, count: 3, Self.limit)
                return false
            } catch {
                if case .windowTooWide = error { return true }
                Issue.record(error)
                return false
            }
        }
        for key in [RecommendationOrder.signal, .admin, .decisionTime] {
            #expect(isTooWide(key) { _ in })
            #expect(isTooWide(key) { ($0.from, $0.to) = (0, 32 * 86_400_000_000) })
            #expect(isTooWide(key) { ($0.from, $0.to) = (.min, .max) })
            #expect(!isTooWide(key) { ($0.from, $0.to) = (0, 31 * 86_400_000_000) })
            #expect(!isTooWide(key) { $0.signal = 1 })
            #expect(!isTooWide(key) { $0.admin = 1 })
        }
        #expect(!isTooWide(.received) { $0.from = 0 })
        #expect(isTooWide(.received) { $0.to = .max })
        withExtendedLifetime(_fresh) {}
    }

    @Test(arguments: StoreKind.all)
    func `an outcome comes with its signal's last recommendation and last action`(kind: StoreKind) throws {
        let fresh = try FreshStore(kind)
        var builder = BatchBuilder()
        builder.recommendation("r1", at: 30, type: "a", signal: 7)
        builder.recommendation("r2", at: 20, type: "b", signal: 7, .overridden)
        builder.recommendation("r3", at: 10, type: "c", signal: 7, .accepted)
        builder.outcome("o1", at: 40, signal: 7)
        builder.outcome("o2", at: 41, signal: 8)
        _ = try fresh.writer().append(builder.batch)
        let rows = try fresh.store.reader().outcomes(.init(), ListOrder(.date), .first, count: 9, Self.limit).rows
        #expect(rows.map(\.signal) == [8, 7])
        #expect(rows[0].lastRecommendation == nil && rows[0].lastAction == nil)
        #expect(rows[1].lastRecommendation == .init(seq: 1, occurredAt: 30, type: "a", action: "VIEWED"))
        #expect(rows[1].lastAction == .init(seq: 2, occurredAt: 20, type: "b", action: "OVERRIDDEN"))
    }
}

/// A text in the order of its bytes.
private struct ByteText: Comparable {
    let bytes: [UInt8]
    init(_ text: String) { bytes = Array(text.utf8) }
    static func < (one: ByteText, other: ByteText) -> Bool { one.bytes.lexicographicallyPrecedes(other.bytes) }
}
