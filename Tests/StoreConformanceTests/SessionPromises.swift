import Events
import Store
import StoreFixtures
import Testing

/// Pages of sessions, and one session with all that was said of it.
@Suite struct SessionPromises {
    private static let limit = ReadLimit(deadline: .now + .seconds(600))
    private static let start: Timestamp = 1_770_000_000_000_000
    private static let model = StoredModel(name: "m", version: "1", tracks: ["defender", "\u{1F600}"])

    /// 300 messages of 60 sessions, some of them out of order.
    private func filled(_ kind: StoreKind) throws -> (FreshStore, any StoreReader) {
        let fresh = try FreshStore(kind)
        let writer = try fresh.writer(StoreModels(primary: Self.model, shadow: Self.model))
        var builder = BatchBuilder()
        for number in 0..<300 {
            let (session, step) = (number * 7 % 60, number / 60)
            let time = Self.start + Timestamp((number * 31) % 97) * 60_000_000
            builder.profiler(
                "e\(number)", at: time, session: "s/\(session)\u{1F600}",
                status: CompletionStatus.allCases[(step + session) % 4],
                user: "u\(session % 9)"
            ) { event in
                if session % 3 > 0 { event.aptitudeScore = Double(session % 8) }
                if session % 4 > 0 { event.technicalExposureScore = Double(number % 11) }
                if session % 5 > 0 { event.timeSpentSeconds = Int64(session % 6) }
                event.attemptCount = Int64(session % 2 + 1)
                event.resultAccepted = session % 3 == 0 ? nil : session % 3 == 1
            }
            for isShadow in [false, true] {
                let first = builder.batch.alignmentValues.count
                builder.batch.alignmentValues += [50, 50, Double(50 + session % 7), Double(50 - number % 40)]
                builder.batch.alignments.append(
                    TrackAlignment(
                        delivery: number, isShadow: isShadow, answers: 1, share: 1,
                        topTrack: isShadow ? 1 : session % 2, values: first..<first + 4,
                        comparison: session % 10 == 0 ? .isComparable : [.isComparable, .isSameScale]))
            }
        }
        #expect(try writer.append(builder.batch).stored == 300)
        // Between them there are events that are no session's.
        var others = BatchBuilder()
        for number in 0..<200 {
            let time = Self.start + Timestamp((number * 31) % 97) * 60_000_000 + 1
            if number % 2 == 0 {
                others.recommendation("r\(number)", at: time)
            } else {
                others.view("v\(number)", at: time)
            }
        }
        #expect(try writer.append(others.batch).stored == 200)
        return (fresh, try fresh.store.reader())
    }

    private func all(from end: ListPlace = .first, _ page: (ListPlace) throws -> ListPage<SessionRow>) throws
        -> [SessionRow]
    {
        var (rows, place): ([SessionRow], ListPlace?) = ([], end)
        while let here = place {
            let found = try page(here)
            rows = end == .last ? found.rows + rows : rows + found.rows
            place = end == .last ? found.before.map { .before($0) } : found.after.map { .after($0) }
        }
        return rows
    }

    @Test(arguments: StoreKind.all, SessionOrder.allCases)
    func `pages of sessions are the list in every order`(kind: StoreKind, key: SessionOrder) throws {
        let (_fresh, reader) = try filled(kind)
        let everything = try all { try reader.sessions(.init(), ListOrder(.date), $0, count: 200, Self.limit) }
        #expect(everything.count == 60)
        // Every page but the last is full.
        #expect(try reader.sessions(.init(), ListOrder(.date), .first, count: 25, Self.limit).rows.count == 25)
        let filters: [((inout SessionListFilter) -> Void, (SessionRow) -> Bool)] = [
            ({ _ in }, { _ in true }),
            ({ $0.statuses = ["locked", "started"] }, { ["locked", "started"].contains($0.status) }),
            ({ $0.isAccepted = true }, { $0.isAccepted == true }),
            ({ $0.isViolation = true }, { $0.attempts ?? 0 > 1 }),
            ({ $0.driftAbove = 15 }, { $0.drift ?? 0 > 15 }),
            ({ $0.user = "u3" }, { $0.user == "u3" }),
            (
                { ($0.from, $0.to) = (Self.start + 4_800_000_000, Self.start + 5_400_000_000) },
                { (Self.start + 4_800_000_000..<Self.start + 5_400_000_000).contains($0.occurredAt) }
            ),
        ]
        for (change, isIn) in filters {
            for isReversed in [false, true] {
                var filter = SessionListFilter()
                (filter.from, filter.to) = (Self.start, Self.start + 86_400_000_000)
                change(&filter)
                let order = ListOrder(key, isReversed: isReversed)
                let whole = try all { try reader.sessions(filter, order, $0, count: 200, Self.limit) }
                #expect(whole.map(\.seq).sorted() == everything.filter(isIn).map(\.seq).sorted())
                #expect(try reader.count(of: filter, Self.limit) == ListCount(count: whole.count, isAtLeast: false))
                #expect(try all { try reader.sessions(filter, order, $0, count: 7, Self.limit) } == whole)
                #expect(try all(from: .last) { try reader.sessions(filter, order, $0, count: 7, Self.limit) } == whole)
                func value(_ row: SessionRow) -> Double? {
                    switch key {
                    case .date: -Double(row.occurredAt - Self.start)
                    case .status: row.status.utf8.first.map { Double($0) }
                    case .aptitude: row.aptitude
                    case .exposure: row.exposure
                    case .duration: row.seconds.map { Double($0) }
                    case .drift: row.drift.map { -$0 }
                    }
                }
                for (one, next) in zip(whole, whole.dropFirst()) {
                    switch (value(one), value(next)) {
                    case (nil, .some): Issue.record("nothing comes last")
                    case (let value?, let other?) where value != other: #expect((value < other) != isReversed)
                    case (.some, nil): break
                    default: #expect(one.occurredAt >= next.occurredAt)
                    }
                }
            }
        }
        withExtendedLifetime(_fresh) {}
    }

    @Test(arguments: StoreKind.all)
    func `a session is told message by message`(kind: StoreKind) throws {
        let (_fresh, reader) = try filled(kind)
        let story = try #require(try reader.session("s/7\u{1F600}", messages: 3))
        #expect(story.messages.count == 3 && story.isCut)
        let whole = try #require(try reader.session("s/7\u{1F600}", messages: 5))
        #expect(whole.messages.count == 5 && !whole.isCut)
        let places = whole.messages.map { ($0.occurredAt, $0.seq) }
        #expect(zip(places, places.dropFirst()).allSatisfy { $0 < $1 })
        #expect(whole.messages.last?.seq == whole.latest.seq && whole.latest.session == "s/7\u{1F600}")
        #expect(whole.messages.allSatisfy { $0.alignments.count == 4 && $0.payload.hasPrefix("{") })
        #expect(try reader.session("s/7", messages: 5) == nil)
        withExtendedLifetime(_fresh) {}
    }

    @Test(arguments: StoreKind.all)
    func `alignments add up over the sessions of a window`(kind: StoreKind) throws {
        let (_fresh, reader) = try filled(kind)
        let (from, to) = (Self.start, Self.start + 86_400_000_000)
        let report = try reader.alignments(from: from, to: to, deadline: .now + .seconds(600))
        let sessions = try all { try reader.sessions(.init(), ListOrder(.date), $0, count: 200, Self.limit) }
        #expect(report.tops.reduce(0) { $0 + $1.count } == 60)
        let counted = report.drifts.flatMap(\.counts).reduce(0, +)
        #expect(counted == Int64(sessions.count { $0.drift != nil }) && counted == 54)
        for bucket in 0..<AlignmentReport.buckets {
            let expected = sessions.count { $0.drift.map { Int($0 / 5) == bucket } ?? false }
            #expect(report.drifts[0].counts[bucket] == Int64(expected))
        }
        #expect(report.tops.filter { $0.computed == "\u{1F600}" }.reduce(0) { $0 + $1.count } == 30)
        #expect(report.shadows.reduce(0) { $0 + $1.count } == 60)
        #expect(report.shadows.filter { $0.top != $0.shadowTop }.reduce(0) { $0 + $1.count } == 30)
        #expect(try reader.alignments(from: to, to: to + 1, deadline: .now + .seconds(600)).tops.isEmpty)
        withExtendedLifetime(_fresh) {}
    }
}
