import CZlib

/// Undoes gzip and deflate, never beyond a limit.
enum Inflation {
    enum Result: Equatable {
        case inflated(ByteRange)
        case tooLarge
        /// Why it is no compressed body.
        case broken(String)
    }

    private static let pieceSize = 1 << 14
    /// gzip or zlib, whichever the first bytes say: kombu's `application/x-gzip` is zlib's format, and so is HTTP's `deflate`.
    private static let eitherFormat: Int32 = 15 + 32
    /// No header and no checksum: what some libraries send as `deflate`.
    private static let raw: Int32 = -15

    /// Appended to `arena`, at most `limit` bytes; nothing stays there of what fails.
    static func inflate(_ body: ByteRange, limit: Int, in arena: inout ByteArena) -> Result {
        let before = arena.count
        var result = run(body, eitherFormat, limit, in: &arena)
        if case .broken = result, !startsLikeGzip(arena[body]) {
            arena.truncate(to: before)
            let second = run(body, raw, limit, in: &arena)
            if case .broken = second {} else { result = second }
        }
        if case .inflated = result { return result }
        arena.truncate(to: before)
        return result
    }

    static func startsLikeGzip(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B
    }

    private static func run(_ body: ByteRange, _ format: Int32, _ limit: Int, in arena: inout ByteArena) -> Result {
        var stream = z_stream()
        let code = inflateInit2_(&stream, format, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        // Not the message's fault: it goes back to the broker when the process ends.
        precondition(code == Z_OK, "zlib cannot begin")
        defer { inflateEnd(&stream) }
        var range = ByteRange(offset: UInt32(arena.count), count: 0)
        var read = 0
        return withUnsafeTemporaryAllocation(byteCount: pieceSize, alignment: 16) { piece in
            while true {
                // The arena moves when it grows.
                let input = arena[body]
                stream.next_in = UnsafeMutablePointer(
                    mutating: input.baseAddress?.advanced(by: read).assumingMemoryBound(to: UInt8.self))
                stream.avail_in = UInt32(input.count - read)
                stream.next_out = piece.baseAddress?.assumingMemoryBound(to: UInt8.self)
                stream.avail_out = UInt32(pieceSize)
                let code = CZlib.inflate(&stream, Z_NO_FLUSH)
                read = input.count - Int(stream.avail_in)
                let made = pieceSize - Int(stream.avail_out)
                guard Int(range.count) + made <= limit else { return .tooLarge }
                arena.extend(&range, with: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(piece)[..<made]))
                switch code {
                case Z_OK: continue
                case Z_STREAM_END:
                    if read == input.count { return .inflated(range) }
                    // gzip may be several, one after another.
                    let rest = UnsafeRawBufferPointer(rebasing: arena[body][read...])
                    guard format == eitherFormat, startsLikeGzip(rest), inflateReset(&stream) == Z_OK else {
                        return .broken("there is something after its end, at byte \(read)")
                    }
                case Z_BUF_ERROR: return .broken("it ends too early, after byte \(input.count)")
                case Z_NEED_DICT: return .broken("it needs a dictionary")
                case Z_MEM_ERROR: preconditionFailure("out of memory")
                default:
                    let reason = stream.msg.map { String(cString: $0) } ?? "it is none"
                    return .broken("\(reason), at byte \(read)")
                }
            }
        }
    }
}

package enum InflationVersion {
    /// Of zlib, as it is loaded: `1.3.1`.
    package static var library: String { String(cString: zlibVersion()) }
}
