import Events
import Testing

@testable import Rollups

/// The bytes of facts and sums are in every store: a change of any of them needs another ``RollupFormat``, and a rebuild of every store.
@Suite struct StoredBytesTests {
    @Test func `recommendations`() {
        var maker = FactMaker()
        #expect(hex(maker.recommendation(.overridden, .low, milliseconds: 300)) == "0b 01 02 ad 02 03")
        #expect(hex(maker.recommendation(.accepted, nil, milliseconds: nil)) == "0d 01 02 00 03")
    }

    @Test func `outcomes`() {
        var maker = FactMaker()
        #expect(hex(maker.outcome(.falsePositive, hours: 1.5)) == "07 02 b8 17")
        #expect(hex(maker.outcome(.escalated, hours: 1.0 / 3)) == "05 02 01 55 55 55 55 55 55 d5 3f")
        #expect(hex(maker.outcome(.noAction, hours: nil)) == "02 02")
    }

    @Test func `cases, and outcomes beside them`() {
        let decided = CaseFact(decision: .overridden, confidence: .low, type: 1, version: 200, admin: 3)
        let open = CaseFact(decision: .viewed, confidence: nil, type: 0, version: 2, admin: nil)
        #expect(hex(FactMaker.written { decided.write(to: &$0) }) == "0b 01 c8 01 04")
        #expect(hex(FactMaker.written { open.write(to: &$0) }) == "0c 00 02 00")
        let outcomes = [
            CaseOutcomeFact(status: .falsePositive, ofCase: decided), CaseOutcomeFact(status: .escalated, ofCase: nil),
        ]
        let bytes = outcomes.map { outcome in hex(FactMaker.written { outcome.write(to: &$0) }) }
        #expect(bytes == ["07 0b 01 c8 01 04", "01"])
    }

    @Test func `views`() {
        var maker = FactMaker()
        #expect(hex(maker.view(.adminNoteCreate, admin: 4711)) == "03 03 02")
        #expect(hex(maker.view(.dashboardOpen, admin: 0)) == "00 04 02")
    }

    @Test func `deliveries`() {
        var maker = FactMaker()
        #expect(hex(maker.delivery(.stored, .profiler, warnings: [.timeOrder, .memberIgnored])) == "00 04 08")
        #expect(hex(maker.delivery(.duplicate, .intelligence)) == "05")
        #expect(hex(maker.delivery(.quarantined, .intelligence, reason: .poison)) == "09 13")
    }

    @Test func `sessions`() {
        var maker = FactMaker()
        #expect(
            hex(maker.wholeSession())
                == """
                42 42 0f 00 00 00 00 00 05 0a 01 01 02 61 43 42 0f 00 00 00 00 00 03 01 04 05 01 02 d7 ff 85 07 b8 \
                f9 09 01 f3 8e 53 74 24 97 bf 3f 05 0b 06 07 a9 02 0e 04 b4 d3 24 05 01 2d 43 1c eb e2 36 1a 3f 02 \
                0a 09 03 03 09 03 05 03 00 00 00 00 00 00 29 40 90 cb 01 06 02 d4 de 01 07 01 00 00 00 00 00 e0 55 \
                40
                """)
        var event = ProfilerTelemetry(identity: EventIdentity(eventID: .empty, occurredAt: 1))
        event.completionStatus = .inProgress
        #expect(hex(maker.session(event)) == "41 42 0f 00 00 00 00 00 01 01 41 42 0f 00 00 00 00 00 00 00")
        event.completionStatus = .locked
        event.workStyleCluster = .independent
        event.difficultySelection = .novice
        event.resultAccepted = true
        #expect(
            hex(maker.session(event))
                == "41 42 0f 00 00 00 00 00 01 0f 41 42 0f 00 00 00 00 00 00 01 03 26 00 00 00 00")
    }

    @Test func `learners`() {
        var maker = FactMaker()
        #expect(hex(maker.learner(LearnerFact(at: 300, previous: nil, isViolation: false))) == "00")
        #expect(hex(maker.learner(LearnerFact(at: 300, previous: 0, isViolation: true))) == "01 ac 02")
    }

    /// Facts with their times, as `_rollup_pending` and `_rollup_facts` keep them.
    @Test func `rows of the log`() {
        var maker = FactMaker()
        var buffers = FactBuffers()
        func add(_ content: [UInt8], _ stream: RollupStream, isRetraction: Bool, to buffers: inout FactBuffers) {
            content.withUnsafeBytes { buffers.add($0, to: stream, at: -2, isRetraction: isRetraction) }
        }
        add(maker.recommendation(.ignored, .high, milliseconds: 0), .recommendation, isRetraction: false, to: &buffers)
        add(maker.outcome(.resolved, hours: nil), .outcome, isRetraction: true, to: &buffers)
        add(maker.view(.signalDetailOpen, admin: 5), .view, isRetraction: false, to: &buffers)
        add(maker.delivery(.duplicate, .profiler), .delivery, isRetraction: false, to: &buffers)
        maker.wholeSession().withUnsafeBytes { buffers.addSession($0, isRetraction: true) }
        var row = FactWriter()
        buffers.writeNew(to: &row)
        #expect(
            hex(row.bytes)
                == """
                00 0e 0a fe ff ff ff ff ff ff ff 02 01 02 01 03 01 0b 05 fe ff ff ff ff ff ff ff 00 02 02 0c 06 fe \
                ff ff ff ff ff ff ff 01 04 02 03 0e 0b 42 42 0f 00 00 00 00 00 0a 01 01 02 61 04 53 93 01 43 42 0f \
                00 00 00 00 00 02 d7 ff 85 07 b8 f9 09 01 f3 8e 53 74 24 97 bf 3f 05 0b 06 07 a9 02 0e 04 b4 d3 24 \
                05 01 2d 43 1c eb e2 36 1a 3f 02 0a 09 03 03 09 03 05 03 00 00 00 00 00 00 29 40 90 cb 01 06 02 d4 \
                de 01 07 01 00 00 00 00 00 e0 55 40 05 0a 02 fe ff ff ff ff ff ff ff 04 08 0c 07 43 42 0f 00 00 00 \
                00 00 01 04 05
                """)
    }

    @Test func `what a fact says of declared dimensions stands behind its first byte`() {
        let plain = CaseFact(decision: .accepted, confidence: .low, type: 1, version: 2, admin: nil)
        var saying = plain
        saying.declared = [1, 5, 3, 7]
        let written = FactMaker.written { saying.write(to: &$0) }
        #expect(hex(written) == "89 04 01 05 03 07 01 02 00")
        #expect(hex(FactMaker.written { plain.write(to: &$0) }) == "09 01 02 00")

        let numbers: [ByteKey: Int] = [ByteKey("tenant"): 3, ByteKey("team"): 2]
        let values = DimensionValues(of: [.declared("tenant"), .declared("team"), .declared("nobody")], numbers)
        written.withUnsafeBytes {
            values.read(Fact(time: 0, sign: 1, content: $0), of: .recommendationCase)
        }
        let places = ["tenant", "team", "nobody"].map { values.place(of: .declared($0)) }
        #expect(places.map { values[place: $0] } == [7, -1, -1])
        #expect(values[place: values.place(of: .explanationVersion)] == 2)
    }

    /// Every family: its node of level 2, and what is in it.
    @Test func `rows of the sums`() {
        var maker = FactMaker()
        let sums = CellAccumulator()
        let cells = FactCells(families: .all, sums: sums)
        func add(_ content: [UInt8], _ stream: RollupStream) {
            content.withUnsafeBytes { cells.add(Fact(time: 0, sign: 1, content: $0), of: stream, slot: 5) }
        }
        add(maker.recommendation(.overridden, .low, milliseconds: 300), .recommendation)
        add(maker.outcome(.falsePositive, hours: 1.5), .outcome)
        add(maker.view(.adminNoteCreate, admin: 4711), .view)
        add(maker.delivery(.quarantined, .intelligence, reason: .poison), .delivery)
        add(maker.delivery(.stored, .profiler, warnings: [.memberIgnored]), .delivery)
        let decided = CaseFact(decision: .overridden, confidence: .low, type: 1, version: 200, admin: 3)
        add(FactMaker.written { decided.write(to: &$0) }, .recommendationCase)
        for ofCase in [decided, nil] {
            let outcome = CaseOutcomeFact(status: .falsePositive, ofCase: ofCase)
            add(FactMaker.written { outcome.write(to: &$0) }, .caseOutcome)
        }
        var buffers = FactBuffers()
        maker.wholeSession().withUnsafeBytes { buffers.addSession($0, isRetraction: false) }
        for stream in [RollupStream.sessionStart, .sessionModules, .sessionResult] {
            Fact.forEach(buffers.bytes(of: stream)) { fact in add(Array(fact.content), stream) }
        }
        add(maker.learner(LearnerFact(at: 300, previous: nil, isViolation: false)), .learnerFirst)
        add(maker.learner(LearnerFact(at: 300, previous: 0, isViolation: true)), .learnerRepeat)
        let entries = sums.drain()
        var rows: [String] = []
        for family in RollupFamily.allCases {
            var blob = FactWriter()
            CellBlob.write(
                sumOf: UnsafeRawBufferPointer(start: nil, count: 0),
                and: entries.filter { $0.familyNumber == family.rawValue }[...],
                to: &blob)
            let node = RollupSlot.node(family, level: 2, slot: 5)
            rows.append("\(family) \(String(node, radix: 16)): \(hex(blob.bytes))")
        }
        #expect(
            rows == [
                "actions 200000005: 03 02",
                "actionsByType 10200000005: 83 20 02",
                "actionsByConfidence 20200000005: 83 40 02",
                "actionsByVersion 30200000005: 83 40 02",
                "decisionTime 40200000005: dd 07 02 a3 08 d8 04",
                "decisionTimeByType 50200000005: dd 27 02 a3 08 d8 04",
                "decisionTimeByConfidence 60200000005: dd 47 02 a3 08 d8 04",
                "decisionTimeByVersion 70200000005: dd 47 02 a3 08 d8 04",
                "outcomes 80200000005: 0c 02 01 02 01 02 01 80 80 80 80 10",
                "outcomesByVersion 90200000005: 8c 40 02 01 02 01 02 01 80 80 80 80 10",
                "views a0200000005: 03 02",
                "viewsByAdmin b0200000005: 80 80 01 02",
                "sessionStatus c0200000005: 02 02",
                "moduleTime d0200000005: dd 87 01 02 a3 08 d8 04 01 80 80 80 80 08 ea 11 02 96 0e f2 b6 34",
                "sessionDuration e0200000005: 94 08 02 ec 07 8a 0e",
                "aptitudeScore f0200000005: 9b 07 02 e5 08 a2 01 01 80 80 80 80 10 09 02",
                "technicalExposureScore 100200000005: d3 04 02 ae 0b e8 91 b9 f9 03 01 02",
                "profile 110200000005: 02 02 82 20 02 fc 1f 02 02 02 01 02 01 02 01 02",
                "recommendedTrack 120200000005: 80 a0 01 02",
                """
                trackAlignment 130200000005: 80 a0 01 02 01 80 80 80 80 19 01 02 01 80 80 80 80 1a ff 1f 02 01 \
                80 80 80 c0 1c fd 1f 02 01 80 80 80 80 af 01 03 02 fc ff fd ff 0f 02 01 80 80 80 80 01 03 02
                """,
                "transitionTime 140200000005: 00 02 81 10 c4 05",
                "scenarioChoices 150200000005: 80 a0 02 02 80 20 02",
                "devices 160200000005: 80 80 03 02 80 60 02",
                "deliveries 170200000005: 00 02 48 02 ba 1f 02 21 02",
                "alignmentModels 180200000005: 80 a0 02 02",
                "cases 190200000005: 03 02",
                "casesByType 1a0200000005: 83 20 02",
                "casesByConfidence 1b0200000005: 83 40 02",
                "casesByVersion 1c0200000005: 83 80 32 02",
                "outcomesByDecision 1d0200000005: 03 02 80 60 02",
                "funnelSteps 1e0200000005: 00 02 01 02 01 02",
                "funnelHours 1f0200000005: 80 20 02 81 10 02 ff 0f 02 81 10 e8 01",
                "moduleReach 200200000005: 80 80 01 02 01 02 ff 1f 02 01 02",
                "recommendationOverrides 210200000005: 80 c0 02 02",
                "learnerFirsts 220200000005: 00 02",
                "learnerRepeats 230200000005: 00 02 01 02",
            ])
    }

    @Test func `places of the rows`() {
        #expect(RollupSlot.node(.deliveries, level: 3, slot: 0x123_4567) == 0x17_0301_2345_67)
        #expect(RollupSlot.part(.delivery, slot: 0x123_4567, number: 0x89ABC) == 0x0005_1234_5678_9ABC)
        #expect(RollupCell(0xABCDE, 0x123).rawValue == 0xABCD_E123)
    }
}
