import Testing

@testable import Events

/// What the schema documents say is also read is read, and refused by strict checks.
struct AlsoReadTests {
    /// Values for a member: what its rule names, and what those of its members and entries do.
    private static func values(_ rule: ValueRule) -> [(json: String, isCoerced: Bool)] {
        let own = rule.alsoRead.flatMap { reading in reading.examples.map { ($0, reading.isCoerced) } }
        switch rule {
        case .object(let object): return own + values(inside: object)
        case .array(_, .object(let entry)): return own + values(inside: entry).map { ("[\($0.json)]", $0.isCoerced) }
        default: return own
        }
    }

    private static func values(inside object: ObjectRule) -> [(json: String, isCoerced: Bool)] {
        object.members.flatMap { member in
            values(member.value).map { (BoundaryCases.object(object, [member.name: $0.json]), $0.isCoerced) }
        }
    }

    private func expectRead(_ body: String, isCoerced: Bool, from queue: IngestQueue) {
        let batch = DecoderHarness.decide(body, from: queue)
        let codes = batch.warnings(of: 0).map(\.code)
        #expect(batch.rejections.isEmpty, "\(body.prefix(300)) is refused")
        #expect(codes.contains(.coerced) == isCoerced, "\(body.prefix(300)): \(codes)")
        #expect(!codes.contains(.memberIgnored), "\(body.prefix(300)): \(codes)")
        let errors = DecoderHarness.errors(body, from: queue, isStrict: true)
        #expect(errors.isEmpty != isCoerced, "\(body.prefix(300)): strict checks find \(errors)")
    }

    @Test(arguments: MessageRules.profiler.members.indices)
    func `what is also read of a member of profiler telemetry is read`(_ place: Int) {
        let members = MessageRules.profiler.members
        let needed = members.filter { $0.presence == .required }.map(\.name) + ["emitted_at"]
        for value in Self.values(members[place].value) {
            let body = BoundaryCases.object(members, needed, [members[place].name: value.json])
            expectRead(body, isCoerced: value.isCoerced, from: .profiler)
        }
    }

    @Test(arguments: MessageRules.kinds.indices)
    func `what is also read of a member of an intelligence event is read`(_ place: Int) {
        let kind = MessageRules.kinds[place]
        let members = kind.members + MessageRules.everyKind
        let needed = members.filter { $0.presence != .optional }.map(\.name) + ["occurred_at", "explanation_version"]
        for rule in members {
            for value in Self.values(rule.value) {
                let body = BoundaryCases.object(members, needed, [rule.name: value.json])
                expectRead(body, isCoerced: value.isCoerced, from: .intelligence)
            }
        }
    }

    /// Whoever adds a rule says what is also read of it; these have types that say it all.
    @Test func `every rule but those whose type says it all names what is also read`() {
        let ruled = MessageRules.profiler.members + MessageRules.kinds.flatMap(\.members) + MessageRules.everyKind
        let silent = Set(ruled.filter { $0.value.alsoRead.isEmpty }.map(\.name))
        #expect(silent == ["user_id", "session_id", "admin_reset_by", "answers", "scenario_choices"])
    }
}
