import Events
import Testing

/// Every file below `Golden/` is a case; adding a case is adding a file.
@Suite struct GoldenTests {
    @Test(arguments: try GoldenCase.files("profiler") + GoldenCase.files("intelligence"))
    func `a message is decided as its golden file says`(file: String) throws {
        let golden = try GoldenCase(file: file)
        let batch = DeliveryBatch()
        golden.deliver(to: batch)
        var decoder = MessageDecoder(limits: golden.limits)
        decoder.decide(0, in: batch, now: golden.now)

        let decision = try #require(batch.decisions.first)
        #expect(batch.decisions.count == 1)
        let errors = batch.rejections.first?.errors ?? []
        compare(errors.map { ($0.reason.rawValue, $0.pointer, $0.detail) }, golden.expectedErrors)
        let warnings = batch.warnings.map(\.warning)
        compare(warnings.map { ($0.code.rawValue, $0.pointer, $0.detail) }, golden.expectedWarnings)
        #expect(golden.expect["decision"] as? String == (batch.rejections.isEmpty ? "accepted" : "rejected"))

        let identity = batch.identity(of: decision)
        if let expected = golden.expect["event_id"] as? String { #expect(identity.eventID == expected) }
        #expect(!identity.eventID.isEmpty)
        if let expected = golden.expect["occurred_at"] { #expect(identity.occurredAt == expected as? String) }
        let columns = batch.columns(of: decision)
        for (name, value) in golden.expect["record"] as? [String: String] ?? [:] {
            #expect(columns[name] == value, "\(name)")
        }
    }

    /// A sentence that the file leaves open matches any but an empty one.
    private func compare(_ found: [(code: String, pointer: String, detail: String)], _ expected: [GoldenCase.Finding]) {
        var findings: [GoldenCase.Finding] = []
        for (place, finding) in found.enumerated() {
            #expect(!finding.detail.isEmpty)
            let isOpen = place < expected.count && expected[place].detail == nil
            findings.append(
                GoldenCase.Finding(code: finding.code, pointer: finding.pointer, detail: isOpen ? nil : finding.detail))
        }
        #expect(findings == expected)
    }

    private static let foundLater: Set<Rejection.Reason> = [.outcomeConflict, .identityConflict, .poison]
    /// By the alignment, or by the store.
    private static let warnedOfLater: Set<Warning.Code> = [
        .unknownTrack, .unknownQuestion, .unknownOption, .alignmentDrift, .sessionUserChanged,
    ]

    @Test func `every reason and warning that decoding finds has a golden file for each kind it applies to`() throws {
        let profiler = try codes(of: "profiler")
        let intelligence = try codes(of: "intelligence")
        let reasons = Set(Rejection.Reason.allCases).subtracting(Self.foundLater)
        let warnings = Set(Warning.Code.allCases).subtracting(Self.warnedOfLater)
        let ofIntelligence: Set<String> = ["unknown_kind", "ambiguous_kind", "missing_version"]
        let ofProfiler: Set<String> = [
            "invalid_ip", "time_order", "module_time_exceeds_total", "attempt_without_reset",
            "attempt_count_contradicts",
            "difficulty_contradicts_exposure", "recommendation_contradicts_alignment",
        ]
        let all = Set(reasons.map(\.rawValue)).union(warnings.map(\.rawValue))
        #expect(all.subtracting(ofIntelligence).subtracting(profiler) == [])
        #expect(all.subtracting(ofProfiler).subtracting(intelligence) == [])
    }

    private func codes(of kind: String) throws -> Set<String> {
        var codes: Set<String> = []
        for file in try GoldenCase.files(kind) {
            let golden = try GoldenCase(file: file)
            codes.formUnion((golden.expectedErrors + golden.expectedWarnings).map(\.code))
        }
        return codes
    }
}
