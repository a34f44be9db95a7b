internal import CSQLite

/// What the store is made with.
package enum StoreVersion {
    /// The newest schema this program knows.
    package static var schema: Int32 { Migration.newest }
    package static var sqlite: String { String(cString: sqlite3_libversion()) }
}
