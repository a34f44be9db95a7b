internal import ServiceLifecycle
internal import Threads

/// What blocks, as a service: it runs on a thread of its own until it is asked to stop, and its end is waited for without holding up anybody.
struct ThreadService: Service {
    /// What `ps` and `top` show.
    let name: String
    /// How long its end is waited for; nil for as long as it takes. A thread that is left behind ends with the process.
    var endLimit: Duration?
    /// Goes on until a stop is requested.
    let body: @Sendable (StopSignal) -> Void

    /// Throws where the system gives no thread.
    func run() async throws {
        let stop = StopSignal()
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        _ = try DedicatedThread.start(named: name) { [body] in
            body(stop)
            end.finish()
        }
        await withTaskCancellationOrGracefulShutdownHandler {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { for await _ in ended {} }
                if let endLimit { group.addTask { await Self.pass(endLimit) } }
                await group.next()
                group.cancelAll()
            }
        } onCancelOrGracefulShutdown: {
            stop.request()
        }
    }

    /// Returns that long after it was asked to stop.
    private static func pass(_ limit: Duration) async {
        // An error is the end of this wait, too.
        try? await gracefulShutdown()
        try? await Task.sleep(for: limit)
    }
}
