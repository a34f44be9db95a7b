internal import Synchronization
internal import Threads

/// Slows down guessing: after five attempts that failed, whoever tries again waits 1, 2, 4 … 60 seconds, by name and by peer.
///
/// Nobody is ever locked out for good, as that would be a way of locking others out. An attempt counts as failed from when it begins, so that
/// a hundred at once are a hundred, until ``succeeded(_:)`` says otherwise.
package final class LoginThrottle: Sendable {
    package struct Attempt: Sendable {
        fileprivate let keys: [Key]
    }

    package enum Answer: Sendable {
        case goOn(Attempt)
        /// Whole seconds, for `Retry-After`.
        case wait(seconds: Int)
    }

    fileprivate enum Key: Hashable, Sendable {
        case name(String)
        case peer(PeerAddress)
    }

    private struct Entry {
        var failures = 0
        /// Before then no attempt is taken.
        var until: UInt64 = 0
        var last: UInt64 = 0
    }

    private struct State {
        var entries: [Key: Entry] = [:]
        var refused = 0
        var failed = 0
    }

    private static let free = 5
    private static let longestWait = 60
    /// After so long without an attempt a name or peer is forgotten.
    private static let memory: Duration = .seconds(15 * 60)
    /// Some 2 MiB.
    static let mostEntries = 10_000

    private let state = Mutex(State())
    private let clock: StaffClock

    package init(clock: StaffClock = .system) { self.clock = clock }

    /// - Parameter peer: Nil where all come from one address: behind a proxy.
    package func begin(name: String, peer: PeerAddress?) -> Answer {
        let now = clock.monotonic()
        // What is no name is nobody's: it counts for the peer only, and takes no memory.
        let keys = (StaffName.isValid(name) ? [Key.name(name)] : []) + (peer.map { [.peer($0.network)] } ?? [])
        return state.withLock { state in
            let until = keys.compactMap { state.entries[$0]?.until }.max() ?? 0
            guard until <= now else {
                state.refused += 1
                return .wait(seconds: Int((until - now + 999_999_999) / 1_000_000_000))
            }
            if state.entries.count + keys.count > Self.mostEntries { Self.makeRoom(&state, now) }
            for key in keys {
                var entry = state.entries[key] ?? Entry()
                if now > entry.last + Self.memory.nanoseconds { entry = Entry() }
                entry.failures += 1
                entry.last = now
                entry.until = now + Self.wait(after: entry.failures)
                state.entries[key] = entry
            }
            state.failed += 1
            return .goOn(Attempt(keys: keys))
        }
    }

    /// The password was right. The name begins anew; the peer only gets this attempt back, as it may have guessed at others before.
    package func succeeded(_ attempt: Attempt) { takeBack(attempt, clearsName: true) }

    /// Nothing was tried: the daemon was too busy.
    package func withdraw(_ attempt: Attempt) { takeBack(attempt, clearsName: false) }

    /// What happened since it was last asked, for a line in the log.
    package func takeCounts() -> (failed: Int, refused: Int) {
        state.withLock { state in
            defer { (state.failed, state.refused) = (0, 0) }
            return (state.failed, state.refused)
        }
    }

    package var entryCount: Int { state.withLock(\.entries.count) }

    private func takeBack(_ attempt: Attempt, clearsName: Bool) {
        state.withLock { state in
            state.failed = max(0, state.failed - 1)
            for key in attempt.keys {
                if case .name = key, clearsName {
                    state.entries[key] = nil
                    continue
                }
                guard var entry = state.entries[key] else { continue }
                entry.failures -= 1
                entry.until = entry.last + Self.wait(after: entry.failures)
                state.entries[key] = entry.failures > 0 ? entry : nil
            }
        }
    }

    private static func wait(after failures: Int) -> UInt64 {
        guard failures >= free else { return 0 }
        return UInt64(min(longestWait, 1 << min(failures - free, 6))) * 1_000_000_000
    }

    /// Forgets who waits for nothing and tried least lately; a tenth of all, so that this is rare.
    private static func makeRoom(_ state: inout State, _ now: UInt64) {
        state.entries = state.entries.filter { now <= $0.value.last + memory.nanoseconds }
        let surplus = state.entries.count - mostEntries * 9 / 10
        guard surplus > 0 else { return }
        let leastWorth = state.entries.sorted { ($0.value.until, $0.value.last) < ($1.value.until, $1.value.last) }
        for (key, _) in leastWorth.prefix(surplus) { state.entries[key] = nil }
    }
}
