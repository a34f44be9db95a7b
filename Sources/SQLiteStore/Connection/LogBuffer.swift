internal import CSQLite
internal import Glibc

/// A VFS that gathers what SQLite writes to the write-ahead log, and writes it in large pieces.
///
/// SQLite writes each page to the log in two calls, its header of 24 bytes and the page, so that a batch is a thousand calls, each of which ends
/// in the middle of one of the system's pages. What follows the last write is kept in ``capacity`` bytes until they are full, or until
/// SQLite reads there, asks for the size, or syncs. It syncs before it tells anybody of a commit, where `synchronous` is FULL; with less than that this VFS
/// must not be used. What could not be written stays and is tried again, so that no sync succeeds without it.
///
/// What a transaction left here when it was rolled back is forgotten at once: its place in the log is where the next commit goes, and that may be
/// another connection's. All other files are those of the system's VFS.
enum LogBuffer {
    /// SQLite's VFS for Unix writes no more than 128 KiB at once.
    private static let capacity = 126_000

    /// The name, once the VFS is there; nil where that failed, which leaves SQLite's own.
    nonisolated(unsafe) static let vfs: UnsafePointer<CChar>? = register()

    private static func register() -> UnsafePointer<CChar>? {
        guard let system = sqlite3_vfs_find(nil), let name = strdup("alidade-log") else { return nil }
        let vfs = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        vfs.initialize(to: system.pointee)
        vfs.pointee.zName = UnsafePointer(name)
        vfs.pointee.szOsFile = Int32(headSize) + system.pointee.szOsFile
        vfs.pointee.pAppData = UnsafeMutableRawPointer(system)
        vfs.pointee.xOpen = { vfs, path, file, flags, outFlags in
            guard let vfs, let file, let system = vfs.pointee.pAppData?.assumingMemoryBound(to: sqlite3_vfs.self) else {
                return SQLITE_MISUSE
            }
            guard flags & SQLITE_OPEN_WAL != 0 else { return system.pointee.xOpen(system, path, file, flags, outFlags) }
            return LogBuffer.open(system, path, file, flags, outFlags)
        }
        return sqlite3_vfs_register(vfs, 0) == SQLITE_OK ? UnsafePointer(name) : nil
    }

    /// What stands before the system's own file in the memory that SQLite gives.
    private struct Head {
        var base: sqlite3_file
        let system: UnsafeMutablePointer<sqlite3_file>
        let bytes: UnsafeMutableRawPointer
        /// Where in the file the bytes belong, and how many there are.
        var start: Int64
        var count: Int

        var methods: sqlite3_io_methods { system.pointee.pMethods.pointee }

        /// Writes what there is.
        mutating func flush() -> Int32 {
            guard count > 0 else { return SQLITE_OK }
            let code = methods.xWrite(system, bytes, Int32(count), start)
            if code == SQLITE_OK { count = 0 }
            return code
        }

        mutating func write(_ source: UnsafeRawPointer, _ length: Int, at place: Int64) -> Int32 {
            if count > 0, place != start + Int64(count) || count + length > LogBuffer.capacity {
                let code = flush()
                guard code == SQLITE_OK else { return code }
            }
            guard length <= LogBuffer.capacity else { return methods.xWrite(system, source, Int32(length), place) }
            if count == 0 { start = place }
            bytes.advanced(by: count).copyMemory(from: source, byteCount: length)
            count += length
            return SQLITE_OK
        }
    }

    /// Keeps the system's file aligned.
    private static let headSize = (MemoryLayout<Head>.stride + 15) & ~15

    private static func open(
        _ system: UnsafeMutablePointer<sqlite3_vfs>, _ path: UnsafePointer<CChar>?,
        _ file: UnsafeMutablePointer<sqlite3_file>, _ flags: Int32, _ outFlags: UnsafeMutablePointer<Int32>?
    ) -> Int32 {
        file.pointee.pMethods = nil
        let own = UnsafeMutableRawPointer(file).advanced(by: headSize).assumingMemoryBound(to: sqlite3_file.self)
        let code = system.pointee.xOpen(system, path, own, flags, outFlags)
        guard code == SQLITE_OK else { return code }
        let bytes = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        UnsafeMutableRawPointer(file).assumingMemoryBound(to: Head.self).initialize(
            to: Head(base: sqlite3_file(pMethods: methods), system: own, bytes: bytes, start: 0, count: 0))
        return SQLITE_OK
    }

    /// Forgets, whenever `handle` rolls back, what was not written yet. For each connection that was opened with ``vfs``.
    static func forgetAtRollback(of handle: OpaquePointer) {
        sqlite3_rollback_hook(
            handle,
            { handle in
                var file: UnsafeMutablePointer<sqlite3_file>?
                let found = sqlite3_file_control(
                    handle.map { OpaquePointer($0) }, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file)
                guard found == SQLITE_OK, let file, file.pointee.pMethods == LogBuffer.methods else { return }
                LogBuffer.head(file).pointee.count = 0
            }, UnsafeMutableRawPointer(handle))
    }

    private static func head(_ file: UnsafeMutablePointer<sqlite3_file>?) -> UnsafeMutablePointer<Head> {
        UnsafeMutableRawPointer(file.unsafelyUnwrapped).assumingMemoryBound(to: Head.self)
    }

    /// Runs a method of the system's file once everything is written.
    private static func flushed(
        _ file: UnsafeMutablePointer<sqlite3_file>?, _ body: (Head) -> Int32
    ) -> Int32 {
        let head = head(file)
        let code = head.pointee.flush()
        return code == SQLITE_OK ? body(head.pointee) : code
    }

    nonisolated(unsafe) private static let methods: UnsafePointer<sqlite3_io_methods> = {
        var methods = sqlite3_io_methods()
        // Of the first version: the log is neither mapped nor shared memory.
        methods.iVersion = 1
        methods.xClose = { file in
            // What no sync asked for belongs to no commit.
            let head = LogBuffer.head(file)
            let code = head.pointee.methods.xClose(head.pointee.system)
            head.pointee.bytes.deallocate()
            return code
        }
        methods.xRead = { file, target, count, place in
            let head = LogBuffer.head(file)
            let (start, end) = (head.pointee.start, head.pointee.start + Int64(head.pointee.count))
            if head.pointee.count > 0, place < end, place + Int64(count) > start {
                let code = head.pointee.flush()
                guard code == SQLITE_OK else { return code }
            }
            return head.pointee.methods.xRead(head.pointee.system, target, count, place)
        }
        methods.xWrite = { file, source, count, place in
            LogBuffer.head(file).pointee.write(source.unsafelyUnwrapped, Int(count), at: place)
        }
        methods.xTruncate = { file, size in LogBuffer.flushed(file) { $0.methods.xTruncate($0.system, size) } }
        methods.xSync = { file, flags in LogBuffer.flushed(file) { $0.methods.xSync($0.system, flags) } }
        methods.xFileSize = { file, size in LogBuffer.flushed(file) { $0.methods.xFileSize($0.system, size) } }
        methods.xLock = { file, level in
            let head = LogBuffer.head(file).pointee
            return head.methods.xLock(head.system, level)
        }
        methods.xUnlock = { file, level in
            let head = LogBuffer.head(file).pointee
            return head.methods.xUnlock(head.system, level)
        }
        methods.xCheckReservedLock = { file, found in
            let head = LogBuffer.head(file).pointee
            return head.methods.xCheckReservedLock(head.system, found)
        }
        methods.xFileControl = { file, what, argument in
            let head = LogBuffer.head(file).pointee
            return head.methods.xFileControl(head.system, what, argument)
        }
        methods.xSectorSize = { file in
            let head = LogBuffer.head(file).pointee
            return head.methods.xSectorSize(head.system)
        }
        methods.xDeviceCharacteristics = { file in
            let head = LogBuffer.head(file).pointee
            return head.methods.xDeviceCharacteristics(head.system)
        }
        let place = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        place.initialize(to: methods)
        return UnsafePointer(place)
    }()
}
