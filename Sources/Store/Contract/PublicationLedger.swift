package import Events

/// Remembers over restarts which result of each metric and window was published last, and under which revision.
///
/// A revision is claimed before its document is published and confirmed after the broker has it. What was claimed and never confirmed may
/// be at the broker or not: with an unchanged result it is published again under the same revision, and with a changed one the next
/// revision is taken.
package protocol PublicationLedger: Sendable {
    /// For each candidate what it is to be published as; nil where the same result was published and confirmed within the last hour. One that
    /// was so before that is published again as it is: whoever hears nothing for longer knows that something is wrong. The claims are durable
    /// on return.
    @available(*, noasync)
    func claim(_ candidates: [PublicationCandidate], now: Timestamp) throws(StoreError) -> [Publication?]

    /// The broker has these.
    @available(*, noasync)
    func confirm(_ publications: [Publication]) throws(StoreError)
}
