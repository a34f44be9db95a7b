import Events
import Foundation

/// One file of `Golden/<kind>/`: a message and what the decoder must make of it.
///
/// `body` is text as it is on the wire, or an object that is serialised (members sorted, `1.0` as `1`); `body_base64` is for bytes that
/// are no text. `headers` among the properties is an object. Of `expect`, only what is there is compared, but errors and warnings always as a whole.
struct GoldenCase {
    let queue: IngestQueue
    let body: [UInt8]
    let now: Timestamp
    /// `maximum_message_bytes`, `strict` and `naive_times` of the file.
    let limits: DecodingLimits
    let properties: [String: Any]
    let expect: [String: Any]

    struct Malformed: Error, CustomStringConvertible {
        let description: String
    }

    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden")

    static func files(_ kind: String) throws -> [String] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(kind).path)
        return names.filter { $0.hasSuffix(".json") }.sorted().map { "\(kind)/\($0)" }
    }

    init(file: String) throws {
        let data = try Data(contentsOf: Self.folder.appendingPathComponent(file))
        guard let json = try JSONSerialization.jsonObject(with: data) as? [String: Any],
            let kind = json["kind"] as? String, file.hasPrefix("\(kind)/"),
            let expect = json["expect"] as? [String: Any], expect["decision"] is String,
            let now = json["now"] as? String, case .success(let time) = RFC3339.parse(now)
        else { throw Malformed(description: "\(file) is not a golden case") }
        queue = kind == "profiler" ? .profiler : .intelligence
        self.now = time
        limits = Self.limits(json)
        properties = json["properties"] as? [String: Any] ?? [:]
        self.expect = expect
        if let text = json["body"] as? String {
            body = Array(text.utf8)
        } else if let base64 = json["body_base64"] as? String, let data = Data(base64Encoded: base64) {
            body = Array(data)
        } else if let object = json["body"] as? [String: Any] {
            body = Array(try JSONSerialization.data(withJSONObject: object, options: .sortedKeys))
        } else {
            throw Malformed(description: "\(file) has no body")
        }
    }

    private static func limits(_ json: [String: Any]) -> DecodingLimits {
        var limits = DecodingLimits()
        if let maximum = json["maximum_message_bytes"] as? Int { limits.maximumMessageBytes = maximum }
        limits.isStrict = json["strict"] as? Bool ?? false
        if let word = json["naive_times"] as? String {
            limits.naiveTimes = DecodingLimits.NaiveTimes(rawValue: word) ?? .refuse
        }
        return limits
    }

    /// Puts the message into `batch`, as the receiving side would.
    func deliver(to batch: DeliveryBatch) {
        var delivery = Delivery(tag: 1, queue: queue, receivedAt: now, body: batch.append(body))
        delivery.properties.contentType = (properties["content_type"] as? String).map { batch.append(Array($0.utf8)) }
        delivery.properties.contentEncoding = (properties["content_encoding"] as? String)
            .map { batch.append(Array($0.utf8)) }
        delivery.properties.messageID = (properties["message_id"] as? String).map { batch.append(Array($0.utf8)) }
        if let bytes = (properties["message_id_base64"] as? String).flatMap({ Data(base64Encoded: $0) }) {
            delivery.properties.messageID = batch.append(Array(bytes))
        }
        if let headers = properties["headers"] as? [String: Any],
            let json = try? JSONSerialization.data(withJSONObject: headers, options: .sortedKeys)
        {
            delivery.properties.headers = batch.append(Array(json))
        }
        delivery.properties.timestamp = (properties["timestamp"] as? NSNumber)?.uint64Value
        batch.deliveries.append(delivery)
    }

    var expectedErrors: [Finding] { findings("errors", code: "reason") }
    var expectedWarnings: [Finding] { findings("warnings", code: "code") }

    private func findings(_ member: String, code: String) -> [Finding] {
        (expect[member] as? [[String: String]] ?? []).map {
            Finding(code: $0[code] ?? "", pointer: $0["pointer"] ?? "", detail: $0["detail"])
        }
    }

    /// An error or a warning; a golden file may leave the sentence open.
    struct Finding: Equatable, CustomStringConvertible {
        let code: String
        let pointer: String
        var detail: String?

        var description: String { "\(code) at '\(pointer)': \(detail ?? "…")" }
    }
}

extension DeliveryBatch {
    func append(_ bytes: [UInt8]) -> ByteRange { bytes.withUnsafeBytes { self.bytes.append($0) } }
}
