internal import Events
internal import Store
internal import MetricsCatalogue

/// What one round is to publish: every metric of every window is computed, and the revisions of what changed are claimed.
///
/// It runs on a thread of its own, because reading a store waits for a disk that hangs just as writing does.
struct PublicationDraft: Sendable {
    struct Work: Sendable {
        let answer: MetricAnswer
        let publication: Publication
    }

    let windows: [Int]
    let now: Timestamp
    let backlogs: [IngestQueue: Int]?

    /// Also tells of a metric that could not be computed while others could.
    @available(*, noasync)
    func prepare(_ store: StoreAccess) throws(StoreError) -> (work: [Work], trouble: StoreError?) {
        var answers: [MetricAnswer] = []
        var trouble: StoreError?
        for days in windows { answers += try self.answers(days: days, store, &trouble) }
        let candidates = answers.map {
            PublicationCandidate(metric: $0.definition.name, days: $0.window.days ?? 0, result: $0.result.json)
        }
        let claims = try store.ledger.claim(candidates, now: now)
        return (
            zip(answers, claims).compactMap { answer, claim in claim.map { Work(answer: answer, publication: $0) } },
            trouble
        )
    }

    /// All of one window from one state of the store; where one metric fails, the others one by one.
    private func answers(days: Int, _ store: StoreAccess, _ trouble: inout StoreError?) throws(StoreError)
        -> [MetricAnswer]
    {
        guard let all = try? MetricRequest(nil, days: days) else { return [] }
        let failure: StoreError
        do throws(StoreError) { return try read(all, store) } catch { failure = error }
        var answers: [MetricAnswer] = []
        for metric in all.metrics {
            guard let single = try? MetricRequest([metric.name], days: days) else { continue }
            do throws(StoreError) { answers += try read(single, store) } catch { continue }
        }
        guard !answers.isEmpty else { throw failure }
        trouble = failure
        return answers
    }

    private func read(_ request: MetricRequest, _ store: StoreAccess) throws(StoreError) -> [MetricAnswer] {
        try store.read { reader throws(StoreError) in
            try reader.answers(to: request, now: now, backlogs: backlogs)
        }
    }
}
