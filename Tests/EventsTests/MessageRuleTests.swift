import Testing

@testable import Events

/// The strict decoder keeps the rules that the schema documents are made from, at every boundary of every member.
struct MessageRuleTests {
    private static let profilerMembers = MessageRules.profiler.members

    /// `emitted_at` too, without which a message has no time.
    private func profiler(_ name: String, _ value: String?) -> String {
        let needed = Self.profilerMembers.filter { $0.presence == .required }.map(\.name) + ["emitted_at"]
        return BoundaryCases.object(Self.profilerMembers, needed, [name: value])
    }

    private func event(_ kind: KindRule, _ name: String, _ value: String?) -> String {
        let members = kind.members + MessageRules.everyKind
        let needed = members.filter { $0.presence != .optional }.map(\.name) + ["occurred_at"]
        var changes: [String: String?] = [name: value]
        // A word that makes the signal required, unless it is the word that is looked at.
        if kind.name == "view", name != kind.decidingMember { changes[kind.decidingMember] = #""SIGNAL_DETAIL_OPEN""# }
        return BoundaryCases.object(members, needed, changes)
    }

    private func expectAccepted(_ body: String, from queue: IngestQueue) {
        let errors = DecoderHarness.errors(body, from: queue, isStrict: true)
        #expect(errors.isEmpty, "\(body.prefix(300)) is refused")
    }

    private func expectRefused(_ body: String, from queue: IngestQueue) {
        let errors = DecoderHarness.errors(body, from: queue, isStrict: true)
        #expect(!errors.isEmpty, "\(body.prefix(300)) is accepted")
    }

    @Test(arguments: profilerMembers.indices) func `a member of profiler telemetry is checked by its rule`(_ place: Int)
    {
        let rule = Self.profilerMembers[place]
        let cases = BoundaryCases(rule)
        #expect(!cases.accepted.isEmpty && !cases.refused.isEmpty)
        for value in cases.accepted where rule.name != "emitted_at" || value != #""""# {
            expectAccepted(profiler(rule.name, value), from: .profiler)
        }
        for value in cases.refused { expectRefused(profiler(rule.name, value), from: .profiler) }
        for value in [nil, "null"] where rule.name != "emitted_at" {
            if rule.presence == .required {
                expectRefused(profiler(rule.name, value), from: .profiler)
            } else {
                expectAccepted(profiler(rule.name, value), from: .profiler)
            }
        }
    }

    @Test(arguments: MessageRules.kinds.indices) func `a member of an intelligence event is checked by its rule`(
        _ place: Int
    ) {
        let kind = MessageRules.kinds[place]
        for rule in kind.members + MessageRules.everyKind {
            let cases = BoundaryCases(rule)
            for value in cases.accepted where rule.name != "occurred_at" || value != #""""# {
                expectAccepted(event(kind, rule.name, value), from: .intelligence)
            }
            for value in cases.refused { expectRefused(event(kind, rule.name, value), from: .intelligence) }
            for value in [nil, "null"] where rule.name != "occurred_at" {
                if rule.presence == .optional {
                    expectAccepted(event(kind, rule.name, value), from: .intelligence)
                } else {
                    expectRefused(event(kind, rule.name, value), from: .intelligence)
                }
            }
        }
    }

    @Test func `a signal is not required where the rule says so`() throws {
        let view = try #require(MessageRules.kinds.first { $0.name == "view" })
        let signal = try #require(view.members.first { $0.name == "risk_signal_id" })
        guard case .requiredUnless(let member, let word) = signal.presence else {
            Issue.record("the signal of a view is always required")
            return
        }
        let members = view.members + MessageRules.everyKind
        let needed = ["admin_user_id", "occurred_at"]
        expectAccepted(BoundaryCases.object(members, needed, [member: "\"\(word)\""]), from: .intelligence)
        for other in ViewType.allCases where other.rawValue != word {
            expectRefused(BoundaryCases.object(members, needed, [member: "\"\(other.rawValue)\""]), from: .intelligence)
        }
    }

    @Test func `every member that the decoder knows has a rule, and no other`() {
        #expect(Set(Self.profilerMembers.map(\.name)) == Set(ProfilerMember.allCases.map { "\($0.name)" }))
        let ruled = MessageRules.kinds.flatMap(\.members) + MessageRules.everyKind
        #expect(Set(ruled.map(\.name)) == Set(IntelligenceMember.allCases.map { "\($0.name)" }))
    }

    @Test func `the deciding members exclude each other`() {
        let names = MessageRules.kinds.map(\.decidingMember)
        #expect(names == ["action_taken", "outcome_status", "event_type"])
        for kind in MessageRules.kinds {
            for other in MessageRules.kinds where other.name != kind.name {
                let body = event(kind, "\(kind.decidingMember)", BoundaryCases.good(kind.members[0].value))
                let deciding = "\"\(other.decidingMember)\":\(BoundaryCases.good(other.members[0].value))"
                expectRefused("{\(deciding),\(body.dropFirst())", from: .intelligence)
                expectAccepted("{\"\(other.decidingMember)\":null,\(body.dropFirst())", from: .intelligence)
            }
        }
    }
}
