internal import Synchronization

/// Checks passwords, one at a time: each check takes 40 ms and 32 MiB, and a hundred logins at once must not take 3 GiB.
package final class PasswordDesk: Sendable {
    package enum Answer: Sendable, Equatable {
        case member(StaffMember)
        case wrong
        /// So many wait that one more would wait for too long.
        case busy
    }

    private let mostWaiting: Int
    private let waiting = Mutex(0)
    private let derivation = Mutex(())

    package init(mostWaiting: Int = 8) { self.mostWaiting = mostWaiting }

    /// Blocks while others are checked: not for an event loop.
    ///
    /// A name that nobody has, and one without a password, take as long as the member whose hash takes longest.
    package func check(name: String, password: String, in file: StaffFile) -> Answer {
        let isAdmitted = waiting.withLock { count in
            guard count <= mostWaiting else { return false }
            count += 1
            return true
        }
        guard isAdmitted else { return .busy }
        defer { waiting.withLock { $0 -= 1 } }
        return derivation.withLock { _ in
            guard let member = file[name], let hash = member.password else {
                PasswordHash.acceptNothing(password, like: file.dearest)
                return .wrong
            }
            return hash.accepts(password) ? .member(member) : .wrong
        }
    }
}
