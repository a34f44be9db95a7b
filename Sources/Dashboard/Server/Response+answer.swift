internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Threads

extension Response {
    /// - Parameter queue: Makes the pieces of a long answer.
    init(_ answer: PageAnswer, isHead: Bool = false, _ queue: WorkQueue<PageReader>? = nil) {
        var fields = HTTPFields()
        fields[.contentType] = answer.contentType
        for (name, value) in answer.fields {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        let status = HTTPResponse.Status(code: answer.status)
        switch answer.body {
        case .bytes(let bytes):
            fields[.contentLength] = "\(bytes.count)"
            self.init(
                status: status, headers: fields,
                body: isHead ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
        case .pieces(let source):
            guard !isHead, let queue else {
                self.init(status: status, headers: fields)
                return
            }
            self.init(
                status: status, headers: fields,
                body: ResponseBody { writer in
                    // Where it fails midway the connection is closed without the end, so that nobody takes a part for the whole.
                    while let piece = try await queue.run({ reader in
                        reader.deadline = .now + PageReader.limit
                        return try source.next(reader)
                    }) {
                        try await writer.write(ByteBuffer(bytes: piece))
                    }
                    try await writer.finish(nil)
                })
        }
    }
}
