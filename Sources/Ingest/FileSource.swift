package import Events

/// Deliveries from JSON Lines: one for each line that is not empty. Nothing is acknowledged; reading the file again finds duplicates.
package struct FileSource: DeliverySource, ~Copyable {
    private let queue: IngestQueue
    private let paths: [String]
    private var nextPath = 0
    private var lines: LineReader?
    private var tag: UInt64 = 0
    private var bytesBefore: UInt64 = 0
    package private(set) var isExhausted = false
    /// Told of the bytes read so far, for a progress bar; on the receive thread.
    private let onProgress: (@Sendable (UInt64) -> Void)?

    /// `paths` are read one after another; `-` is standard input.
    package init(paths: [String], queue: IngestQueue, onProgress: (@Sendable (UInt64) -> Void)? = nil) {
        self.paths = paths
        self.queue = queue
        lines = nil
        self.onProgress = onProgress
    }

    package var name: String { paths.joined(separator: ", ") }

    /// Takes the next lines, of the next file where one has ended.
    package mutating func receive(into batch: DeliveryBatch, limit: Int) throws(DeliverySourceError) -> Int {
        var taken = 0
        while taken < limit, !isExhausted {
            guard var reader = lines.take() else {
                guard nextPath < paths.count else {
                    isExhausted = true
                    break
                }
                do { lines = try LineReader(path: paths[nextPath]) } catch {
                    throw DeliverySourceError("\(error)", .fatal)
                }
                nextPath += 1
                continue
            }
            let receivedAt = wallClock()
            var isMore = true
            while taken < limit, isMore {
                do {
                    isMore = try reader.next { line in
                        tag += 1
                        taken += 1
                        let body = batch.bytes.append(line)
                        batch.deliveries.append(Delivery(tag: tag, queue: queue, receivedAt: receivedAt, body: body))
                    }
                } catch { throw DeliverySourceError("\(error)", .fatal) }
            }
            if isMore { lines = consume reader } else { bytesBefore += reader.bytesRead }
        }
        onProgress?(bytesBefore + (lines?.bytesRead ?? 0))
        return taken
    }

    package mutating func open() throws(DeliverySourceError) {}
    package mutating func wait(milliseconds: Int32, wake: Int32) throws(DeliverySourceError) {
        pollOnly(milliseconds: milliseconds, wake)
    }
    package mutating func keepAlive() throws(DeliverySourceError) {}
    package mutating func acknowledge(_ acknowledgement: Acknowledgement) throws(DeliverySourceError) {}
    package mutating func close() {}
}
