package import Events
internal import Threads

/// Deliveries from files: one for each message. Nothing is acknowledged; reading the file again finds duplicates.
///
/// A file that cannot be read, or a message in it that is too long to be held, keeps none of the others from being read.
package struct FileSource: DeliverySource, ~Copyable {
    /// What is taken in at once, so that few long messages do not become a batch that fills the memory.
    private static let bytesAtOnce = 4 << 20

    private let queue: IngestQueue
    private let paths: [String]
    private var nextPath = 0
    private var file: MessageReader?
    private var tag: UInt64 = 0
    private var bytesBefore: UInt64 = 0
    package private(set) var isExhausted = false
    /// Told of the bytes read so far, for a progress bar; on the receive thread.
    private let onProgress: (@Sendable (UInt64) -> Void)?
    /// Told what could not be read, a sentence each; on the receive thread.
    private let onProblem: @Sendable (String) -> Void
    /// Told at the end how many exported messages were of another queue; on the receive thread.
    private let onOthers: (@Sendable (Int, IngestQueue) -> Void)?
    private var others = 0

    /// `paths` are read one after another; `-` is standard input. A message is of `queue`, unless it was exported and says its queue itself.
    package init(
        paths: [String], queue: IngestQueue, onProgress: (@Sendable (UInt64) -> Void)? = nil,
        onOthers: (@Sendable (Int, IngestQueue) -> Void)? = nil, onProblem: @escaping @Sendable (String) -> Void
    ) {
        self.paths = paths
        self.queue = queue
        file = nil
        self.onProgress = onProgress
        self.onOthers = onOthers
        self.onProblem = onProblem
    }

    package var name: String { paths.joined(separator: ", ") }

    /// Takes the next messages, of the next file where one has ended.
    package mutating func receive(into batch: DeliveryBatch, limit: Int) throws(DeliverySourceError) -> Int {
        let first = batch.count
        let enough = batch.bytes.count + Self.bytesAtOnce
        let receivedAt = wallClock()
        while batch.count - first < limit, batch.bytes.count < enough, !isExhausted {
            guard var reader = file.take() else {
                openNext()
                continue
            }
            if takeNext(of: &reader, into: batch, receivedAt) {
                file = consume reader
            } else {
                bytesBefore += reader.bytesRead
            }
        }
        onProgress?(bytesBefore + (file?.bytesRead ?? 0))
        return batch.count - first
    }

    private mutating func openNext() {
        guard nextPath < paths.count else {
            isExhausted = true
            if others > 0, let other = IngestQueue.allCases.first(where: { $0 != queue }) { onOthers?(others, other) }
            return
        }
        nextPath += 1
        do { file = try MessageReader(path: paths[nextPath - 1]) } catch { onProblem(error.description) }
    }

    /// False at the end of the file.
    private mutating func takeNext(of reader: inout MessageReader, into batch: DeliveryBatch, _ receivedAt: Timestamp)
        -> Bool
    {
        var tooLong: UInt64?
        var flaw: ExportedMessage.Flaw?
        do {
            let isMore = try reader.next { item in
                switch item {
                case .oversized(let count): tooLong = count
                case .message(let bytes):
                    tag += 1
                    flaw = append(bytes, to: batch, receivedAt)
                }
            }
            if let flaw {
                onProblem(
                    "\(reader.path), line \(reader.lineNumber): an exported message that cannot be read: \(flaw); it is left out"
                )
            }
            if let tooLong { onProblem(reader.oversized(tooLong)) }
            return isMore
        } catch {
            onProblem(error.description)
            return false
        }
    }

    private mutating func append(_ bytes: UnsafeRawBufferPointer, to batch: DeliveryBatch, _ receivedAt: Timestamp)
        -> ExportedMessage.Flaw?
    {
        guard ExportedMessage.isOne(bytes) else {
            let body = batch.bytes.append(bytes)
            batch.deliveries.append(Delivery(tag: tag, queue: queue, receivedAt: receivedAt, body: body))
            return nil
        }
        do throws(ExportedMessage.Flaw) {
            try ExportedMessage.read(bytes, into: batch, tag: tag, receivedAt: receivedAt)
            if batch.deliveries.last?.queue != queue { others += 1 }
            return nil
        } catch { return error }
    }

    package mutating func open() throws(DeliverySourceError) {}
    package mutating func wait(milliseconds: Int32, wake: Int32) throws(DeliverySourceError) {
        pollOnly(milliseconds: milliseconds, wake)
    }
    package mutating func keepAlive() throws(DeliverySourceError) {}
    package mutating func acknowledge(_ acknowledgement: Acknowledgement) throws(DeliverySourceError) {}
    package mutating func close() {}
}
