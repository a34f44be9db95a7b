internal import CThreads
internal import Glibc
internal import Synchronization

/// A named operating-system thread with a stack of its own size, for code that blocks.
///
/// A thread that decodes AMQP frames needs 16 MiB: the C library follows nested header tables recursively and without a limit, and the
/// 26,000 levels that fit in one frame take 3 MiB of stack.
package final class DedicatedThread: Sendable {
    private let state: Mutex<pthread_t?>

    private init(_ thread: pthread_t) { state = Mutex(thread) }

    /// The name is cut to the 15 bytes that Linux keeps. Errors: the system gives no thread.
    package static func start(
        named name: String, stackBytes: Int = 16 << 20, _ body: @escaping @Sendable () -> Void
    ) throws(ThreadError) -> DedicatedThread {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, stackBytes)
        let start = Unmanaged.passRetained(
            ThreadStart(name: String(decoding: name.utf8.prefix(15), as: UTF8.self), body))
        var thread = pthread_t()
        let status = pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument else { return nil }
                let start = Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue()
                cthreads_name_thread(start.name)
                start.body()
                return nil
            }, start.toOpaque())
        guard status == 0 else {
            start.release()
            throw ThreadError(doing: "start the thread \(name)", status)
        }
        return DedicatedThread(thread)
    }

    /// Waits until the thread has ended; a second call returns at once. Never called from the thread itself.
    @available(*, noasync)
    package func join() {
        if let thread = take() { pthread_join(thread, nil) }
    }

    deinit {
        if let thread = take() { pthread_detach(thread) }
    }

    private func take() -> pthread_t? {
        state.withLock { thread in
            defer { thread = nil }
            return thread
        }
    }
}

private final class ThreadStart: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, _ body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }
}
