import Events
import Testing

@testable import Rollups

/// Every number that stands for something in a store. None of them may ever change, nor be given to another case: whoever adds a case adds a line
/// with the next number that was never used. The words are those of the messages and of the tables' text columns.
@Suite struct StoredCodeTests {
    private func expect(_ found: [(String, Int)], are expected: KeyValuePairs<String, Int>, below limit: Int) {
        let found = found.map { "\($0.0) = \($0.1)" }
        #expect(found.sorted() == expected.map { "\($0.key) = \($0.value)" }.sorted())
        let numbers = expected.map(\.value)
        #expect(Set(numbers).count == numbers.count, "a number is used twice: \(numbers)")
        #expect(numbers.allSatisfy { $0 >= 0 && $0 < limit })
    }

    private func codes<Value: CaseIterable & RawRepresentable & StoredCode>(_ type: Value.Type) -> [(String, Int)]
    where Value.RawValue == String {
        type.allCases.map { ($0.rawValue, Int($0.code)) }
    }

    private func numbers<Value: CaseIterable & RawRepresentable>(_ type: Value.Type) -> [(String, Int)]
    where Value.RawValue: BinaryInteger {
        type.allCases.map { ("\($0)", Int($0.rawValue)) }
    }

    @Test func `words of intelligence events`() {
        expect(
            codes(RecommendationAction.self),
            are: ["VIEWED": 0, "ACCEPTED": 1, "IGNORED": 2, "OVERRIDDEN": 3], below: 4)
        expect(
            codes(Confidence.self), are: ["HIGH": 0, "MEDIUM": 1, "LOW": 2], below: Int(RecommendationFact.noConfidence)
        )
        #expect(RecommendationFact.noConfidence == 3)
        expect(
            codes(OutcomeStatus.self),
            are: ["RESOLVED": 0, "ESCALATED": 1, "NO_ACTION": 2, "FALSE_POSITIVE": 3], below: 4)
        expect(
            codes(ViewType.self),
            are: ["DASHBOARD_OPEN": 0, "SIGNAL_DETAIL_OPEN": 1, "EXPLANATION_EXPAND": 2, "ADMIN_NOTE_CREATE": 3],
            below: 256)
    }

    /// Those of clusters and difficulties are stored one higher, in two and three bits: 0 stands for none.
    @Test func `words of sessions`() {
        expect(
            codes(CompletionStatus.self), are: ["started": 0, "in_progress": 1, "finished": 2, "locked": 3], below: 256)
        expect(
            codes(WorkStyleCluster.self), are: ["collaborative": 0, "independent": 1, "balanced": 2], below: 3)
        expect(
            codes(Difficulty.self),
            are: ["novice": 0, "beginner": 1, "intermediate": 2, "advanced": 3, "elite": 4], below: 7)
    }

    @Test func `reasons`() {
        expect(
            codes(Rejection.Reason.self),
            are: [
                "too_large": 0, "too_deep": 1, "not_json": 2, "not_an_object": 3, "not_utf8": 4,
                "unsupported_encoding": 5, "missing_field": 6, "wrong_type": 7, "out_of_range": 8, "too_short": 9,
                "too_long": 10, "unknown_value": 11, "invalid_time": 12, "missing_time": 13, "time_out_of_range": 14,
                "invalid_ip": 15, "unknown_kind": 16, "ambiguous_kind": 17, "outcome_conflict": 18, "poison": 19,
                "identity_conflict": 20, "invalid_character": 21,
            ], below: DeliveryItem.warnings - DeliveryItem.reasons)
    }

    @Test func `warnings`() {
        expect(
            codes(Warning.Code.self),
            are: [
                "missing_version": 0, "unknown_track": 1, "unknown_question": 2, "unknown_option": 3, "time_order": 4,
                "module_time_exceeds_total": 5, "attempt_without_reset": 6, "alignment_drift": 7, "member_ignored": 8,
                "coerced": 9, "content_type": 10, "byte_order_mark": 11, "encoded_twice": 12,
                "attempt_count_contradicts": 13, "session_user_changed": 14, "difficulty_contradicts_exposure": 15,
                "recommendation_contradicts_alignment": 16,
            ], below: 256)
    }

    @Test func `deliveries`() {
        expect(numbers(IngestQueue.self), are: ["profiler": 0, "intelligence": 1], below: 4)
        expect(
            Outcome.allCases.map { ($0.rawValue, $0.item) }, are: ["stored": 0, "duplicate": 1, "quarantined": 2],
            below: DeliveryItem.reasons)
        #expect([DeliveryItem.stored, DeliveryItem.duplicates, DeliveryItem.quarantined] == [0, 1, 2])
        #expect([DeliveryItem.reasons, DeliveryItem.warnings] == [16, 64])
    }

    @Test func `families, streams and domains`() {
        expect(
            numbers(RollupFamily.self),
            are: [
                "actions": 0, "actionsByType": 1, "actionsByConfidence": 2, "actionsByVersion": 3, "decisionTime": 4,
                "decisionTimeByType": 5, "decisionTimeByConfidence": 6, "decisionTimeByVersion": 7, "outcomes": 8,
                "outcomesByVersion": 9, "views": 10, "viewsByAdmin": 11, "sessionStatus": 12, "moduleTime": 13,
                "sessionDuration": 14, "aptitudeScore": 15, "technicalExposureScore": 16, "profile": 17,
                "recommendedTrack": 18, "trackAlignment": 19, "transitionTime": 20, "scenarioChoices": 21,
                "cases": 25, "casesByType": 26, "casesByConfidence": 27, "casesByVersion": 28, "outcomesByDecision": 29,
                "devices": 22, "deliveries": 23, "alignmentModels": 24, "funnelSteps": 30, "funnelHours": 31,
                "moduleReach": 32,
                "recommendationOverrides": 33, "learnerFirsts": 34, "learnerRepeats": 35,
            ], below: 63)
        expect(
            numbers(RollupStream.self),
            are: [
                "recommendation": 0, "outcome": 1, "view": 2, "sessionStart": 3, "sessionResult": 4, "delivery": 5,
                "recommendationCase": 6, "caseOutcome": 7,
                "sessionModules": 8,
                "learnerFirst": 9, "learnerRepeat": 10,
            ], below: 128)
        let domains: [NameDomain] = [
            .recommendationType, .explanationVersion, .admin, .module, .track, .browser, .operatingSystem, .choice,
            .model, .override,
        ]
        #expect(NameDomain.fixed == domains && domains.map(\.rawValue) == Array(0...9))
        #expect(NameDomain.declared(1).rawValue == 17)
    }

    @Test func `items and dimensions of sums`() {
        expect(
            numbers(OutcomeItem.self), are: ["count": 0, "timed": 1, "wholeHours": 2, "fractionHours": 3], below: 4)
        expect(numbers(ProfileDimension.self), are: ["workStyle": 0, "difficulty": 1, "sessions": 2], below: 256)
        expect(
            numbers(ProfileItem.self),
            are: [
                "sessions": 0, "accepted": 1, "overridden": 2, "violations": 3, "withStatement": 4, "transitioned": 5,
            ], below: 4096)
        expect(
            numbers(AlignmentItem.self),
            are: ["computed": 0, "computedSum": 1, "reported": 2, "reportedSum": 3, "top": 4], below: 4096)
        #expect(AlignmentItem.drift == 0xFFFFF)
        #expect([AlignmentItem.compared, AlignmentItem.driftSum, AlignmentItem.agreed] == [0, 1, 2])
        #expect([AlignmentItem.excluded, AlignmentItem.onSameScale] == [3, 4])
        #expect([AlignmentItem.withRecommendation, AlignmentItem.agreedWithRecommendation] == [5, 6])
        #expect([NumberItem.wholes, NumberItem.fractions, NumberItem.tenths] == [2048, 2049, 2050])
    }

    @Test func `flags of a session's result`() {
        typealias Flags = SessionResultFact.Flags
        expect(
            [
                ("statement", Int(Flags.statement.rawValue)), ("transitioned", Int(Flags.transitioned.rawValue)),
                ("transitionTime", Int(Flags.transitionTime.rawValue)), ("timeSpent", Int(Flags.timeSpent.rawValue)),
                ("aptitude", Int(Flags.aptitude.rawValue)),
                ("technicalExposure", Int(Flags.technicalExposure.rawValue)),
                ("recommendedTrack", Int(Flags.recommendedTrack.rawValue)), ("device", Int(Flags.device.rawValue)),
            ],
            are: [
                "statement": 1, "transitioned": 2, "transitionTime": 4, "timeSpent": 8, "aptitude": 16,
                "technicalExposure": 32, "recommendedTrack": 64, "device": 128,
            ], below: 256)
    }

    /// So that a number that is given up leaves a gap in a table, and no table is too small for those above it.
    @Test func `tables have room for gaps`() {
        enum Sparse: UInt8, CaseIterable { case low = 1, high = 9 }
        #expect(Sparse.tableSize == 10)
        #expect(RollupStream.tableSize == 11)
    }
}
