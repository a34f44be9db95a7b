internal import AMQP

extension IngestPipeline {
    /// Runs the pipeline on a thread of its own, whose stack is deep enough for the C library's decoder of header tables.
    package func runOnThread<Source: DeliverySource & ~Copyable & SendableMetatype>(
        _ source: consuming Source, until stop: StopSignal
    ) async -> Result<Void, IngestError> {
        // Handed over whole, once: the thread is the only one that touches it.
        let box = SourceBox(source)
        return await withCheckedContinuation { continuation in
            do {
                _ = try DedicatedThread.start(named: "receive") {
                    do throws(IngestError) {
                        try run(box.take(), until: stop)
                        continuation.resume(returning: .success(()))
                    } catch { continuation.resume(returning: .failure(error)) }
                }
            } catch { continuation.resume(returning: .failure(.source(DeliverySourceError("\(error)", .fatal)))) }
        }
    }
}

/// Carries a source into its thread.
///
/// `@unchecked Sendable`: made on one thread, emptied on another, and starting a thread orders the two.
private final class SourceBox<Source: DeliverySource & ~Copyable>: @unchecked Sendable {
    private var source: Source?

    init(_ source: consuming Source) { self.source = consume source }

    func take() -> Source {
        guard let source = source.take() else { preconditionFailure("a source is taken once") }
        return source
    }
}
