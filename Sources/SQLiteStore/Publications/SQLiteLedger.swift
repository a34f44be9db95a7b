package import Events
package import Store

/// Every call opens a write connection of its own and closes it, so that no handle outlives an fsync that failed.
package struct SQLiteLedger: PublicationLedger {
    private struct Entry {
        /// 0 for what was never published.
        var revision: Int64 = 0
        var isSame = false
        var isConfirmed = false
        /// That is long ago, or in the future, by the clock of today.
        var isStale = false
        var isSettled: Bool { isSame && isConfirmed && !isStale }
    }

    private static let longestSilence: Timestamp = 3600 * 1_000_000

    private static let claiming = "note what is about to be published"
    private static let confirming = "note what has been published"

    private let location: StoreLocation

    package init(_ location: StoreLocation) { self.location = location }

    @available(*, noasync)
    package func claim(_ candidates: [PublicationCandidate], now: Timestamp) throws(StoreError) -> [Publication?] {
        let database = try open(doing: Self.claiming)
        // Most rounds change nothing, and then nothing is locked.
        let known = try entries(of: candidates, now: now, in: database)
        guard known.contains(where: { !$0.isSame || $0.isStale }) else { return publications(of: candidates, known) }
        return try database.inTransaction(doing: Self.claiming) { () throws(StoreError) in
            let entries = try entries(of: candidates, now: now, in: database)
            let write = try database.prepare(
                """
                INSERT INTO _publications VALUES (?1, ?2, ?3, ?4, ?5, 0) ON CONFLICT (metric, days) DO UPDATE SET
                revision = excluded.revision, result = excluded.result, published_at = excluded.published_at, is_confirmed = 0
                """, doing: Self.claiming)
            for (candidate, entry) in zip(candidates, entries) where !entry.isSame || entry.isStale {
                write.bind(1, candidate.metric)
                write.bind(2, Int64(candidate.days))
                write.bind(3, entry.isSame ? entry.revision : entry.revision + 1)
                write.bind(4, candidate.result)
                write.bind(5, now)
                try write.run(doing: Self.claiming)
            }
            return publications(of: candidates, entries)
        }
    }

    /// The broker has these.
    @available(*, noasync)
    package func confirm(_ publications: [Publication]) throws(StoreError) {
        guard !publications.isEmpty else { return }
        let database = try open(doing: Self.confirming)
        try database.inTransaction(doing: Self.confirming) { () throws(StoreError) in
            let write = try database.prepare(
                "UPDATE _publications SET is_confirmed = 1 WHERE metric = ? AND days = ? AND revision = ?",
                doing: Self.confirming)
            for publication in publications {
                write.bind(1, publication.metric)
                write.bind(2, Int64(publication.days))
                write.bind(3, publication.revision)
                try write.run(doing: Self.confirming)
            }
        }
    }

    private func open(doing: String) throws(StoreError) -> Database {
        // The lock is waited for in short turns, so that a stop is seen between them.
        let database = try Database.open(location.path, .readWrite, busyTimeoutMilliseconds: 300)
        guard try Migration.isUpToDate(database) else {
            throw StoreError(
                .notAStore, doing: doing, why: "the store \(location.path) is empty or of an older version")
        }
        // Emptying the log is the writer's business.
        try database.run("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0", doing: doing)
        return database
    }

    private func entries(of candidates: [PublicationCandidate], now: Timestamp, in database: Database)
        throws(StoreError) -> [Entry]
    {
        let read = try database.prepare(
            "SELECT revision, result = ?3, is_confirmed, published_at FROM _publications WHERE metric = ?1 AND days = ?2",
            doing: Self.claiming)
        var entries: [Entry] = []
        for candidate in candidates {
            read.bind(1, candidate.metric)
            read.bind(2, Int64(candidate.days))
            read.bind(3, candidate.result)
            let isKnown = try read.step(doing: Self.claiming)
            entries.append(
                isKnown
                    ? Entry(
                        revision: read.integer(0), isSame: read.integer(1) == 1, isConfirmed: read.integer(2) == 1,
                        isStale: abs(now - read.integer(3)) >= Self.longestSilence)
                    : Entry())
            read.reset()
        }
        return entries
    }

    private func publications(of candidates: [PublicationCandidate], _ entries: [Entry]) -> [Publication?] {
        zip(candidates, entries).map { candidate, entry in
            if entry.isSettled { return nil }
            return Publication(
                metric: candidate.metric, days: candidate.days,
                revision: entry.isSame ? entry.revision : entry.revision + 1,
                isUnchanged: entry.isSame && entry.isConfirmed)
        }
    }
}
