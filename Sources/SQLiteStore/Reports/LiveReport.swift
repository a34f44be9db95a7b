package import Store

extension SQLiteReader {
    @available(*, noasync)
    package func lastPublications(_ count: Int) throws(StoreError) -> [PublishedAggregate] {
        let rows = try database.prepare(
            """
            SELECT metric, days, revision, published_at, is_confirmed FROM _publications
            ORDER BY published_at DESC, metric, days LIMIT ?
            """)
        rows.bind(1, Int64(max(count, 0)))
        var published: [PublishedAggregate] = []
        while try rows.step() {
            published.append(
                PublishedAggregate(
                    metric: rows.text(0), days: rows.integer(1), revision: rows.integer(2), at: rows.integer(3),
                    isConfirmed: rows.integer(4) != 0))
        }
        return published
    }

    @available(*, noasync)
    package func eventCount() throws(StoreError) -> Int64 {
        try EventTable.firstFreeSeq(database) - 1
    }
}
