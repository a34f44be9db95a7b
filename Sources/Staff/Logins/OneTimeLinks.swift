/// Links that sign somebody in once, within ten minutes.
///
/// A command makes them and the daemon redeems them, so they lie in a file that both can write: a line for each that was made, and one for
/// each that was used. Of the token it has the SHA-256 only. A line that says *used* is on the disk before anybody is let in, so that neither
/// a restart nor a second process redeems a link again.
package struct OneTimeLinks: Sendable {
    package static let lifetime: Duration = .seconds(10 * 60)
    /// Of those that could still be used.
    static let mostOpen = 100

    package enum Verdict: Sendable, Equatable {
        case member(StaffMember)
        case used
        case outdated
        /// Never made, or long gone.
        case unknown
        /// The member is not in the staff file, or has another password or role than when the link was made.
        case memberChanged
    }

    private let path: String
    private let clock: StaffClock

    package init(path: String, clock: StaffClock = .system) {
        self.path = path
        self.clock = clock
    }

    /// What follows the origin. The token is part of the path, as queries are logged by many.
    package static func target(_ token: String) -> String { "/login/link/\(token)" }

    /// - Returns: The token.
    package func make(for member: StaffMember) throws(OneTimeLinksError) -> String {
        let file = try opened(create: true)
        let open = try file.read(path).filter { !$0.value.isUsed && !isOutdated($0.value) }
        guard open.count < Self.mostOpen else {
            throw OneTimeLinksError(path, "there are \(open.count) open links already")
        }
        let token = RandomBytes.make(32)
        let entry = Entry(
            print: Hexadecimal.text(Digest.sha256(token)),
            until: clock.wall() / 1_000_000 + Self.lifetime.components.seconds, member: member.print, name: member.name)
        // What is over is left out: the file stays short by itself.
        do throws(SystemProblem) { try file.rewrite((open.values + [entry]).map(\.line).joined()) } catch {
            throw OneTimeLinksError(path, "it cannot be written: \(error.reason)")
        }
        return Hexadecimal.text(token)
    }

    /// Whom the link would sign in; it stays as it is. For the page with the button, which previews of chat programs ask for as well.
    package func look(_ token: String, in staff: StaffFile) throws(OneTimeLinksError) -> Verdict {
        guard let digest = Self.digest(of: token) else { return .unknown }
        do throws(OneTimeLinksError) {
            return verdict(try opened(create: false).read(path)[digest], staff)
        } catch {
            if error.isAbsent { return .unknown }
            throw error
        }
    }

    /// Uses the link up and says whom it signs in. It touches the disk: not for an event loop.
    package func redeem(_ token: String, in staff: StaffFile) throws(OneTimeLinksError) -> Verdict {
        guard let digest = Self.digest(of: token) else { return .unknown }
        do throws(OneTimeLinksError) {
            let file = try opened(create: false)
            let verdict = verdict(try file.read(path)[digest], staff)
            guard case .member = verdict else { return verdict }
            do throws(SystemProblem) { try file.append("used \(digest)\n") } catch {
                throw OneTimeLinksError(path, "it cannot be written: \(error.reason)")
            }
            return verdict
        } catch {
            if error.isAbsent { return .unknown }
            throw error
        }
    }

    private static func digest(of token: String) -> String? {
        Hexadecimal.bytes(token, count: 32).map { Hexadecimal.text(Digest.sha256($0)) }
    }

    private func verdict(_ entry: Entry?, _ staff: StaffFile) -> Verdict {
        guard let entry else { return .unknown }
        if entry.isUsed { return .used }
        if isOutdated(entry) { return .outdated }
        guard let member = staff[entry.name], member.print == entry.member else { return .memberChanged }
        return .member(member)
    }

    private func isOutdated(_ entry: Entry) -> Bool {
        let left = entry.until - clock.wall() / 1_000_000
        // A clock that was put back must not make a link live longer.
        return left <= 0 || left > Self.lifetime.components.seconds
    }

    private func opened(create: Bool) throws(OneTimeLinksError) -> LinkFile {
        do throws(SystemProblem) { return try LinkFile(path, create: create) } catch {
            throw OneTimeLinksError(path, "it cannot be opened: \(error.reason)", isAbsent: error.isAbsent)
        }
    }

    // MARK: Lines

    fileprivate struct Entry {
        let print: String
        /// Seconds since the epoch.
        let until: Int64
        let member: String
        let name: String
        var isUsed = false

        var line: String { "made \(print) \(until) \(member) \(name)\n" }
    }
}

package struct OneTimeLinksError: Error, CustomStringConvertible {
    package let description: String
    let isAbsent: Bool

    init(_ path: String, _ why: String, isAbsent: Bool = false) {
        description = "one-time links: \(path): \(why)"
        self.isAbsent = isAbsent
    }
}

extension LinkFile {
    fileprivate func read(_ path: String) throws(OneTimeLinksError) -> [String: OneTimeLinks.Entry] {
        let text: String
        do throws(SystemProblem) { text = String(decoding: try contents(atMost: 64 << 10), as: UTF8.self) } catch {
            throw OneTimeLinksError(path, "it cannot be read: \(error.reason)")
        }
        var entries: [String: OneTimeLinks.Entry] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            if words.count == 5, words[0] == "made", let until = Int64(words[2]) {
                entries[words[1]] = OneTimeLinks.Entry(print: words[1], until: until, member: words[3], name: words[4])
            } else if words.count == 2, words[0] == "used" {
                entries[words[1]]?.isUsed = true
            }
        }
        return entries
    }
}
