internal import CSQLite
internal import Store

extension Database {
    /// Runs `body`, and ends its statements at the deadline; false where they did not get to their end.
    func run(until deadline: ContinuousClock.Instant, _ body: () throws(StoreError) -> Void) throws(ListError) -> Bool {
        guard ContinuousClock.now < deadline else { return false }
        let watch = UnsafeMutablePointer<DeadlineWatch>.allocate(capacity: 1)
        watch.initialize(to: DeadlineWatch(deadline: deadline))
        sqlite3_progress_handler(handle, Self.instructionsBetweenLooks, DeadlineWatch.isOver, watch)
        defer {
            sqlite3_progress_handler(handle, 0, nil, nil)
            watch.deallocate()
        }
        do { try body() } catch {
            guard watch.pointee.isOver else { throw .store(error) }
        }
        return !watch.pointee.isOver
    }

    /// SQLite's, between two looks at the clock; some ten microseconds.
    private static let instructionsBetweenLooks: Int32 = 4096

    private struct DeadlineWatch {
        let deadline: ContinuousClock.Instant
        var isOver = false

        static let isOver: @convention(c) (UnsafeMutableRawPointer?) -> Int32 = { pointer in
            guard let watch = pointer?.assumingMemoryBound(to: DeadlineWatch.self) else { return 0 }
            if ContinuousClock.now >= watch.pointee.deadline { watch.pointee.isOver = true }
            return watch.pointee.isOver ? 1 : 0
        }
    }

    /// Runs `body` on one state of the store.
    func reading<Result>(_ body: () throws(ListError) -> Result) throws(ListError) -> Result {
        let doing = "read the store"
        do { try run("BEGIN", doing: doing) } catch { throw .store(error) }
        defer { try? run("ROLLBACK", doing: doing) }
        return try body()
    }
}
