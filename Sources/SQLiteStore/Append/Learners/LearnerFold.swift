internal import Events
internal import Rollups
internal import Store

/// Learners as folds over their sessions: for each completed session, whether the same learner had completed one before, and without a reset in
/// between.
///
/// `_learner_steps` holds the completions and the resets of each learner by time. When a session changes, only its own completions and those
/// that come next after a change are looked at, so that a learner with a million sessions costs no more than others.
final class LearnerFold: Entity {
    /// A completion of a session.
    private struct Completion: Equatable {
        var at: Timestamp
        var session: [UInt8]
        var isText: Bool
        var wasReset: Bool
    }

    private let hasAny: Statement
    private let insert: Statement
    private let delete: Statement
    private let find: Statement
    private let before: Statement
    private let after: Statement
    private let resetBetween: Statement

    init(_ database: Database, in place: RollupSchema.Place) throws(StoreError) {
        let table = "\(place)._learner_steps"
        hasAny = try database.prepare("SELECT 1 FROM \(table) WHERE learner = ? LIMIT 1")
        insert = try database.prepare(
            "INSERT OR REPLACE INTO \(table) (learner, kind, at, session, was_reset) VALUES (?, ?, ?, ?, ?)")
        delete = try database.prepare(
            "DELETE FROM \(table) WHERE learner = ? AND kind = ? AND at = ? AND session = ?")
        find = try database.prepare(
            "SELECT was_reset FROM \(table) WHERE learner = ? AND kind = 0 AND at = ? AND session = ?")
        before = try database.prepare(
            """
            SELECT at, session, was_reset FROM \(table) WHERE learner = ? AND kind = 0 AND (at, session) < (?, ?)
            ORDER BY at DESC, session DESC LIMIT 1
            """)
        after = try database.prepare(
            """
            SELECT at, session, was_reset FROM \(table) WHERE learner = ? AND kind = 0 AND (at, session) > (?, ?)
            ORDER BY at, session LIMIT 1
            """)
        resetBetween = try database.prepare(
            "SELECT 1 FROM \(table) WHERE learner = ? AND kind = 1 AND at > ? AND at <= ? LIMIT 1")
    }

    static var tables: [EntityTable] {
        [
            EntityTable(name: "_learner_steps", key: "at") {
                "_learner_steps differs in a step of \(RFC3339.text($0.integer(0)))"
            }
        ]
    }

    func note(_ step: SessionStep, _ rollups: inout RollupFold) throws(StoreError) {
        let state = step.session.state
        if state.resets.isEmpty, rollups.isSameLearner(state, step.event, of: step.batch, as: step.previous) { return }
        let old: LearnerPart? =
            if let previous = step.previous {
                try rollups.learnerPart(previous, sameUserAs: step.event, of: step.batch)
            } else { nil }
        let changes = try change(step.batch.bytes[step.event.sessionID], from: old, to: LearnerPart(state))
        for (fact, isRetraction) in changes { rollups.note(fact, isRetraction: isRetraction) }
    }

    /// Takes note of what a session says now and said until now, and returns the facts that this takes back and adds.
    private func change(
        _ sessionID: UnsafeRawBufferPointer, from old: LearnerPart?, to new: LearnerPart?
    ) throws(StoreError) -> [(fact: LearnerFact, isRetraction: Bool)] {
        let (old, new) = (old?.saysNothing == true ? nil : old, new?.saysNothing == true ? nil : new)
        guard old != new else { return [] }
        var facts: [(fact: LearnerFact, isRetraction: Bool)] = []
        let session = LearnerPart(learner: sessionID, completedAt: nil, resets: [])
        // As most learners are.
        if old == nil, let new, try !isKnown(new) {
            try write(new, session, isThere: true)
            guard let at = new.completedAt else { return [] }
            return [(LearnerFact(at: at, previous: nil, isViolation: false), false)]
        }
        for part in Self.learners(old, new) {
            let (left, right) = (old.flatMap { part.isSame($0) ? $0 : nil }, new.flatMap { part.isSame($0) ? $0 : nil })
            let affected = try affected(part, session, [left, right].compactMap { $0 })
            for completion in affected {
                if let known = try fact(of: completion, part) { facts.append((known, true)) }
            }
            if let left { try write(left, session, isThere: false) }
            if let right { try write(right, session, isThere: true) }
            for completion in affected {
                if let now = try fact(of: completion, part) { facts.append((now, false)) }
            }
        }
        return facts
    }

    private func isKnown(_ learner: LearnerPart) throws(StoreError) -> Bool {
        bind(hasAny, learner)
        defer { hasAny.reset() }
        return try hasAny.step()
    }

    /// One, or two where a session has changed hands.
    private static func learners(_ old: LearnerPart?, _ new: LearnerPart?) -> [LearnerPart] {
        guard let old, let new, !old.isSame(new) else { return [new ?? old].compactMap { $0 } }
        return [old, new]
    }

    /// The session's own completions, and those that come next after anything it says, before or after the change.
    private func affected(_ learner: LearnerPart, _ session: LearnerPart, _ parts: [LearnerPart]) throws(StoreError)
        -> [Completion]
    {
        var found: [Completion] = []
        func note(_ completion: Completion?) {
            guard let completion,
                !found.contains(where: { $0.at == completion.at && $0.session == completion.session })
            else { return }
            found.append(completion)
        }
        for part in parts {
            if let at = part.completedAt {
                let own = Completion(at: at, session: session.learner, isText: session.isText, wasReset: false)
                note(own)
                note(try completion(after, learner, own))
            }
            for reset in part.resets {
                let start = Completion(at: reset, session: [], isText: true, wasReset: false)
                note(try completion(after, learner, start))
            }
        }
        return found
    }

    /// Nil where the session is not completed at that time.
    private func fact(of completion: Completion, _ learner: LearnerPart) throws(StoreError) -> LearnerFact? {
        bind(find, learner)
        find.bind(2, completion.at)
        bind(find, 3, completion.session, completion.isText)
        let isThere = try find.step()
        let wasReset = isThere && find.integer(0) != 0
        find.reset()
        guard isThere else { return nil }
        guard let previous = try self.completion(before, learner, completion) else {
            return LearnerFact(at: completion.at, previous: nil, isViolation: false)
        }
        bind(resetBetween, learner)
        resetBetween.bind(2, previous.at)
        resetBetween.bind(3, completion.at)
        let hasReset = try resetBetween.step()
        resetBetween.reset()
        return LearnerFact(at: completion.at, previous: previous.at, isViolation: !hasReset && !wasReset)
    }

    private func completion(_ statement: Statement, _ learner: LearnerPart, _ place: Completion) throws(StoreError)
        -> Completion?
    {
        bind(statement, learner)
        statement.bind(2, place.at)
        bind(statement, 3, place.session, place.isText)
        defer { statement.reset() }
        guard try statement.step() else { return nil }
        return Completion(
            at: statement.integer(0), session: Array(statement.bytes(1)), isText: statement.isText(1),
            wasReset: statement.integer(2) != 0)
    }

    private func write(_ part: LearnerPart, _ session: LearnerPart, isThere: Bool) throws(StoreError) {
        func row(_ kind: Int64, _ at: Timestamp) throws(StoreError) {
            let statement = isThere ? insert : delete
            bind(statement, part)
            statement.bind(2, kind)
            statement.bind(3, at)
            bind(statement, 4, session.learner, session.isText)
            if isThere { statement.bind(5, part.resets.isEmpty ? 0 : 1 as Int64) }
            try statement.run(doing: "note a learner's session")
        }
        if let at = part.completedAt { try row(0, at) }
        for reset in part.resets { try row(1, reset) }
    }

    private func bind(_ statement: Statement, _ learner: LearnerPart) {
        bind(statement, 1, learner.learner, learner.isText)
    }

    private func bind(_ statement: Statement, _ place: Int32, _ bytes: [UInt8], _ isText: Bool) {
        if isText {
            statement.bind(place, String(decoding: bytes, as: UTF8.self))
        } else {
            statement.bindCopy(place, bytes)
        }
    }
}
