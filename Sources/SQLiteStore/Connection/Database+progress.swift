internal import CSQLite
internal import Store

extension Database {
    /// Runs statements that may take minutes. `progress` is called about every 10 ms of it; what it throws ends them.
    func run(_ sql: String, doing: String, progress: () throws(StoreError) -> Void) throws(StoreError) {
        var watch = Watch()
        try withoutActuallyEscaping(progress) { progress throws(StoreError) in
            watch.progress = progress
            let code = withUnsafeMutablePointer(to: &watch) { watch in
                sqlite3_progress_handler(handle, Self.instructions, Watch.isToEnd, watch)
                defer { sqlite3_progress_handler(handle, 0, nil, nil) }
                return sqlite3_exec(handle, sql, nil, nil, nil)
            }
            watch.progress = nil
            if let error = watch.error { throw error }
            guard code == SQLITE_OK else { throw error(code, doing: doing) }
        }
    }

    /// SQLite's, between two calls.
    private static let instructions: Int32 = 1 << 20

    private struct Watch {
        var progress: (() throws(StoreError) -> Void)?
        var error: StoreError?

        static let isToEnd: @convention(c) (UnsafeMutableRawPointer?) -> Int32 = { pointer in
            guard let watch = pointer?.assumingMemoryBound(to: Watch.self) else { return 0 }
            do throws(StoreError) { try watch.pointee.progress?() } catch { watch.pointee.error = error }
            return watch.pointee.error == nil ? 0 : 1
        }
    }
}
