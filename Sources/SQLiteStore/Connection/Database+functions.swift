internal import CSQLite
internal import Events
internal import Store

extension Database {
    /// Makes functions known to the statements of this connection: `pointer_shape(pointer)`, see ``PointerShape``, and `refused_version(body)` and
    /// `refused_type(body)`, see ``RefusedWords``.
    func addFunctions() throws(StoreError) {
        try add("pointer_shape") { context, _, values in
            Database.answer(context, values) { PointerShape.make(of: String(decoding: $0, as: UTF8.self)) }
        }
        try add("refused_version") { context, _, values in
            Database.answer(context, values) { RefusedWords($0).version }
        }
        try add("refused_type") { context, _, values in
            Database.answer(context, values) { RefusedWords($0).eventType }
        }
    }

    private func add(
        _ name: String,
        _ function: @convention(c) (OpaquePointer?, Int32, UnsafeMutablePointer<OpaquePointer?>?) -> Void
    ) throws(StoreError) {
        let flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY
        let code = sqlite3_create_function_v2(handle, name, 1, flags, nil, function, nil, nil, nil)
        guard code == SQLITE_OK else { throw error(code, doing: "open the store \(path)") }
    }

    /// Of the bytes of the only argument.
    private static func answer(
        _ context: OpaquePointer?, _ values: UnsafeMutablePointer<OpaquePointer?>?,
        _ make: (UnsafeRawBufferPointer) -> String
    ) {
        guard let value = values?[0], let start = sqlite3_value_blob(value) else {
            return sqlite3_result_text64(context, "", 0, nil, UInt8(SQLITE_UTF8))
        }
        var text = make(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_value_bytes(value))))
        text.withUTF8 { text in
            let bytes = UnsafeRawPointer(text.baseAddress)?.assumingMemoryBound(to: CChar.self)
            let copyIt = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
            sqlite3_result_text64(context, bytes, UInt64(text.count), copyIt, UInt8(SQLITE_UTF8))
        }
    }
}
