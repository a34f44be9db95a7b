internal import CSQLite
internal import Store

/// A prepared statement that is bound, stepped and reset again and again.
///
/// Bytes are bound without a copy: they must stay where they are until the statement is reset, which `run` does itself.
final class Statement {
    private let handle: OpaquePointer
    private let database: Database
    private let holdsMessage: Bool

    init(_ database: Database, _ sql: String, doing: String, holdsMessage: Bool = false) throws(StoreError) {
        var handle: OpaquePointer?
        let code = sqlite3_prepare_v3(database.handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
        guard code == SQLITE_OK, let handle else { throw database.error(code, doing: doing) }
        self.handle = handle
        self.database = database
        self.holdsMessage = holdsMessage
    }

    deinit { sqlite3_finalize(handle) }

    // MARK: Binding; places count from 1

    @inline(__always)
    func bind(_ place: Int32, _ value: Int64) { sqlite3_bind_int64(handle, place, value) }

    @inline(__always)
    func bind(_ place: Int32, _ value: Int64?) {
        if let value { sqlite3_bind_int64(handle, place, value) } else { sqlite3_bind_null(handle, place) }
    }

    @inline(__always)
    func bind(_ place: Int32, _ value: Double?) {
        if let value { sqlite3_bind_double(handle, place, value) } else { sqlite3_bind_null(handle, place) }
    }

    /// Text that lives at least until the statement is reset.
    @inline(__always)
    func bindText(_ place: Int32, _ bytes: UnsafeRawBufferPointer) {
        let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
        sqlite3_bind_text64(handle, place, start, UInt64(bytes.count), nil, UInt8(SQLITE_UTF8))
    }

    /// Bytes that live at least until the statement is reset.
    @inline(__always)
    func bindBlob(_ place: Int32, _ bytes: UnsafeRawBufferPointer) {
        if bytes.isEmpty {
            sqlite3_bind_zeroblob(handle, place, 0)
        } else {
            sqlite3_bind_blob64(handle, place, bytes.baseAddress, UInt64(bytes.count), nil)
        }
    }

    @inline(__always)
    func bindText(_ place: Int32, _ text: StaticString) {
        let start = UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
        sqlite3_bind_text(handle, place, start, Int32(text.utf8CodeUnitCount), nil)
    }

    @inline(__always)
    func bindNull(_ place: Int32) { sqlite3_bind_null(handle, place) }

    /// Copies `value`: for the paths that are not hot.
    func bind(_ place: Int32, _ value: String?) {
        guard var value else { return bindNull(place) }
        let copyIt = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        value.withUTF8 { bytes in
            _ = sqlite3_bind_text64(
                handle, place, UnsafeRawPointer(bytes.baseAddress)?.assumingMemoryBound(to: CChar.self) ?? emptyText,
                UInt64(bytes.count), copyIt, UInt8(SQLITE_UTF8))
        }
    }

    /// Copies `value`.
    func bindCopy(_ place: Int32, _ value: [UInt8]) {
        let copyIt = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        sqlite3_bind_blob64(handle, place, value, UInt64(value.count), copyIt)
    }

    // MARK: Running

    /// Steps a statement that returns no row, and makes it ready for the next binding.
    @inline(__always)
    func run(doing: @autoclosure () -> String = "write to the store") throws(StoreError) {
        let code = sqlite3_step(handle)
        guard code == SQLITE_DONE || code == SQLITE_ROW else {
            let error = database.error(code, doing: doing())
            sqlite3_reset(handle)
            throw holdsMessage ? error.ofMessage : error
        }
        sqlite3_reset(handle)
    }

    /// True while there is a row; the caller resets.
    func step(doing: @autoclosure () -> String = "read the store") throws(StoreError) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code:
            let error = database.error(code, doing: doing())
            sqlite3_reset(handle)
            throw error
        }
    }

    func reset() { sqlite3_reset(handle) }

    // MARK: Columns; places count from 0

    var columnCount: Int32 { sqlite3_column_count(handle) }
    func isNull(_ place: Int32) -> Bool { sqlite3_column_type(handle, place) == SQLITE_NULL }
    func isText(_ place: Int32) -> Bool { sqlite3_column_type(handle, place) == SQLITE3_TEXT }
    func isInteger(_ place: Int32) -> Bool { sqlite3_column_type(handle, place) == SQLITE_INTEGER }
    func integer(_ place: Int32) -> Int64 { sqlite3_column_int64(handle, place) }
    func optionalInteger(_ place: Int32) -> Int64? { isNull(place) ? nil : integer(place) }
    func double(_ place: Int32) -> Double { sqlite3_column_double(handle, place) }
    func optionalDouble(_ place: Int32) -> Double? { isNull(place) ? nil : double(place) }

    func text(_ place: Int32) -> String {
        String(decoding: bytes(place), as: UTF8.self)
    }

    func optionalText(_ place: Int32) -> String? { isNull(place) ? nil : text(place) }

    /// Valid until the next step or reset.
    func bytes(_ place: Int32) -> UnsafeRawBufferPointer {
        let start = sqlite3_column_blob(handle, place)
        return UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(handle, place)))
    }
}

/// Where an empty text points to: a null pointer would bind NULL.
nonisolated(unsafe) private let emptyText: UnsafePointer<CChar> = {
    let byte = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
    byte.pointee = 0
    return UnsafePointer(byte)
}()
