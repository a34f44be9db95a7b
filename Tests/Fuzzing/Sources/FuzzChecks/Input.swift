internal import CZlib
@testable internal import Events

/// What libFuzzer's bytes stand for: four that choose, and the body.
///
/// 0. bit 0 the queue, bit 1 `ingest.strict`, bit 2 `ingest.naive_times`, bit 3 a limit of 1 KiB, bit 4 an AMQP timestamp, bit 5 a message id,
///    bits 6 and 7 nothing, gzip or zlib: the body is compressed here, since chance makes no checksums
/// 1. the `content_type`
/// 2. the `content_encoding`
/// 3. the headers
struct Input {
    static let choices = 4
    static let now: Timestamp = 1_770_681_600_000_000

    let queue: IngestQueue
    var limits = DecodingLimits()
    let contentType: String?
    let contentEncoding: String?
    let headers: String?
    var messageID: String?
    var timestamp: UInt64?
    let body: [UInt8]

    static let types = [
        nil, "application/json", "Application/JSON; charset=utf-8", "application/cloudevents+json", "text/plain",
        "application/x-python-serialize", "", "application/octet-stream",
    ]
    static let encodings = [nil, "utf-8", "gzip", "deflate", "binary", "BASE64", "br", "", "identity"]
    static let headerTables = [
        nil, "{}", #"{"compression":"application/x-gzip"}"#, #"{"compression":"application/x-bz2"}"#,
        #"{"task":"telemetry.send","id":"6f1c1e9a-8b1b-4b7e-9f41-3f2f4d1f3f4a","lang":"py","argsrepr":"()"}"#,
        #"{"task":"t","id":"t-1","compression":"application/x-gzip"}"#, #"{"task":7,"id":{}}"#,
        #"{"cloudEvents:specversion":"1.0","cloudEvents:id":"c-1","cloudEvents:time":"2026-02-09T12:00:00Z"}"#,
        #"{"cloudEvents_specversion":"1.0","cloudEvents_id":"c-1","cloudEvents_time":"yesterday"}"#,
        #"{"ce-specversion":"1.0","ce-id":"c\u0000","ce-time":1770638400}"#,
        #"{"task":"t","id":"t-1","ce-specversion":"1.0","ce-id":"c-1"}"#,
    ]

    /// Nil where there is not even what chooses.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= Self.choices else { return nil }
        let flags = bytes[0]
        queue = flags & 1 == 0 ? .profiler : .intelligence
        limits.isStrict = flags & 2 != 0
        limits.naiveTimes = flags & 4 != 0 ? .utc : .refuse
        if flags & 8 != 0 { limits.maximumMessageBytes = 1024 }
        timestamp = flags & 16 != 0 ? 1_770_638_400 : nil
        messageID = flags & 32 != 0 ? "m-1" : nil
        contentType = Self.types[Int(bytes[1]) % Self.types.count]
        headers = Self.headerTables[Int(bytes[3]) % Self.headerTables.count]
        let rest = UnsafeRawBufferPointer(rebasing: bytes[Self.choices...])
        switch flags >> 6 {
        case 1:
            contentEncoding = "gzip"
            body = Self.compressed(rest, window: 15 + 16)
        case 2:
            contentEncoding = "deflate"
            body = Self.compressed(rest, window: 15)
        default:
            contentEncoding = Self.encodings[Int(bytes[2]) % Self.encodings.count]
            body = Array(rest)
        }
    }

    /// The same event without what was around it.
    init(payload: [UInt8], of input: Input, eventID: String, occurredAt: Timestamp) {
        queue = input.queue
        limits.naiveTimes = input.limits.naiveTimes
        (contentType, contentEncoding, headers) = (nil, nil, nil)
        messageID = eventID
        timestamp = UInt64(occurredAt / 1_000_000)
        body = payload
    }

    private static func compressed(_ bytes: UnsafeRawBufferPointer, window: Int32) -> [UInt8] {
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        precondition(deflateInit2_(&stream, 1, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK)
        defer { deflateEnd(&stream) }
        var source = Array(bytes)
        var target = [UInt8](repeating: 0, count: source.count + source.count / 2 + 64)
        let count = source.withUnsafeMutableBufferPointer { source in
            target.withUnsafeMutableBufferPointer { target in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(target.count)
                precondition(deflate(&stream, Z_FINISH) == Z_STREAM_END)
                return Int(stream.total_out)
            }
        }
        return Array(target[..<count])
    }
}
