internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

extension Request {
    private static let longestForm = 64 * 1024
    private static let limit = Duration.seconds(10)

    /// What was sent with a form; at most 64 KiB, within ten seconds.
    func form() async throws -> FormValues {
        let type = headers[.contentType]?.prefix { $0 != ";" && $0 != " " }.lowercased()
        guard type == "application/x-www-form-urlencoded" else {
            throw PageFault(415, "This is no form", ["Forms are sent as application/x-www-form-urlencoded."])
        }
        let body = body
        let buffer = try await withThrowingTaskGroup(of: ByteBuffer?.self) { group in
            group.addTask {
                do { return try await body.collect(upTo: Self.longestForm) } catch {
                    throw PageFault(413, "This is too large", ["A form has at most \(Self.longestForm / 1024) KiB."])
                }
            }
            group.addTask {
                try await Task.sleep(for: Self.limit)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        guard let buffer else {
            throw PageFault(
                408, "This took too long", ["A form has to arrive within ten seconds."], fields: ["Connection": "close"]
            )
        }
        guard let form = FormValues(encoded: String(buffer: buffer)) else {
            throw PageFault(
                400, "This form cannot be read", ["It is no UTF-8, has a broken escape, or too many fields."])
        }
        return form
    }
}
