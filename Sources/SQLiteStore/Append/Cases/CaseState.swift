internal import Events
internal import Rollups
internal import Store

/// A recommendation case as the fold of its events: the earliest view and the earliest decision. Both are minima, so that the order in which
/// events are noted does not matter, and none is needed a second time.
struct CaseState: Equatable {
    struct Moment: Equatable, Comparable {
        var occurredAt: Timestamp
        var seq: Int64

        /// By occurred-at, then by arrival.
        static func < (left: Moment, right: Moment) -> Bool {
            (left.occurredAt, left.seq) < (right.occurredAt, right.seq)
        }
    }

    struct View: Equatable {
        var moment: Moment
        var confidence: Confidence?
        var adminUserID: Int64
    }

    struct Decision: Equatable {
        var moment: Moment
        /// Not `viewed`.
        var action: RecommendationAction
    }

    var firstView: View?
    var firstDecision: Decision?

    mutating func note(_ action: RecommendationAction, at moment: Moment, confidence: Confidence?, admin: Int64) {
        if action == .viewed {
            if let firstView, firstView.moment < moment { return }
            firstView = View(moment: moment, confidence: confidence, adminUserID: admin)
        } else {
            if let firstDecision, firstDecision.moment < moment { return }
            firstDecision = Decision(moment: moment, action: action)
        }
    }

    /// What is counted of it.
    func fact(
        type: UnsafeRawBufferPointer, version: UnsafeRawBufferPointer, names fold: inout RollupFold
    ) throws(StoreError) -> CaseFact {
        let names = fold.caseNames(type: type, version: version, admin: firstView?.adminUserID)
        return CaseFact(
            decision: firstDecision?.action ?? .viewed, confidence: firstView?.confidence, type: names.type,
            version: names.version, admin: names.admin,
            declared: try firstView.map { view throws(StoreError) in try fold.declaredValues(of: view.moment.seq) }
                ?? [])
    }
}

/// How a signal ended, and when.
struct CaseOutcome: Equatable {
    var status: OutcomeStatus
    var occurredAt: Timestamp

    /// Counts it beside one of the cases of its signal, or without any; or takes it back.
    func note(_ ofCase: CaseFact?, in fold: inout RollupFold, isRetraction: Bool = false) {
        fold.note(CaseOutcomeFact(status: status, ofCase: ofCase), at: occurredAt, isRetraction: isRetraction)
    }
}
