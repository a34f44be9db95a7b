internal import Synchronization
internal import Threads

/// Who is logged in. It lies in memory only, so that a restart ends every session, and it holds digests of the tokens, not the tokens.
package final class SessionBook: Sendable {
    package struct Limits: Sendable, Equatable {
        package var lifetime: Duration
        package var idle: Duration
        package var count: Int

        package init(lifetime: Duration = .seconds(12 * 3600), idle: Duration = .seconds(2 * 3600), count: Int = 1000) {
            self.lifetime = lifetime
            self.idle = idle
            self.count = count
        }
    }

    private struct Entry {
        var session: Session
        let began: UInt64
        var lastUse: UInt64
    }

    private struct State {
        var limits: Limits
        var entries: [[UInt8]: Entry] = [:]
    }

    private let state: Mutex<State>
    private let clock: StaffClock

    package init(_ limits: Limits = Limits(), clock: StaffClock = .system) {
        state = Mutex(State(limits: limits))
        self.clock = clock
    }

    package var limits: Limits { state.withLock(\.limits) }

    /// New limits count for the sessions that are there as well.
    package func limit(to limits: Limits) { state.withLock { $0.limits = limits } }

    // MARK: One session

    /// Always a new one with a new token, whatever cookie came with the login.
    ///
    /// Where the book is full, whoever has the most sessions loses the one unused for longest: nobody can crowd out the others.
    @discardableResult
    package func begin(
        _ member: StaffMember, peer: String, entrance: Session.Entrance = .password
    ) -> (token: SessionToken, session: Session) {
        let token = SessionToken()
        let (wall, now) = (clock.wall(), clock.monotonic())
        let session = Session(
            id: Hexadecimal.text(RandomBytes.make(8)), member: member, peer: String(peer.prefix(64)),
            entrance: entrance,
            began: wall, lastUse: wall, formKey: FormKey())
        state.withLock { state in
            Self.dropOutdated(&state, wall, now)
            if state.entries.count >= state.limits.count { Self.makeRoom(&state) }
            state.entries[token.print] = Entry(session: session, began: now, lastUse: now)
        }
        return (token, session)
    }

    /// The session of `token`, which is hereby used; nil where there is none, or none any more.
    ///
    /// - Parameter isUse: False for what the page asks for by itself, such as live numbers, which must not keep a session alive.
    package func session(_ token: SessionToken, isUse: Bool = true) -> Session? {
        let (wall, now) = (clock.wall(), clock.monotonic())
        return state.withLock { state in
            guard var entry = state.entries[token.print] else { return nil }
            guard !Self.isOver(entry, state.limits, wall, now) else {
                state.entries[token.print] = nil
                return nil
            }
            if isUse {
                entry.session.use(at: wall)
                entry.lastUse = now
                state.entries[token.print] = entry
            }
            return entry.session
        }
    }

    /// Whether a session with this ``Session/id`` is still there; for streams, which hold no token.
    package func isOpen(_ id: String) -> Bool { sessions.contains { $0.id == id } }

    /// Logs out.
    ///
    /// - Returns: The session that ended.
    @discardableResult
    package func end(_ token: SessionToken) -> Session? {
        state.withLock { $0.entries.removeValue(forKey: token.print)?.session }
    }

    // MARK: All of them

    /// The last used first.
    package var sessions: [Session] {
        let (wall, now) = (clock.wall(), clock.monotonic())
        return state.withLock { state in
            Self.dropOutdated(&state, wall, now)
            return state.entries.values.sorted { $0.lastUse > $1.lastUse }.map(\.session)
        }
    }

    /// Ends the session with this ``Session/id``.
    @discardableResult
    package func end(id: String) -> Session? { remove { $0.id == id }.first }

    /// Ends every session of a member.
    @discardableResult
    package func endAll(of name: String) -> [Session] { remove { $0.name == name } }

    /// Ends the sessions of members whose line is another one now, or none.
    @discardableResult
    package func keep(only file: StaffFile) -> [Session] { remove { file[$0.name] != $0.member } }

    private func remove(_ isToEnd: (Session) -> Bool) -> [Session] {
        state.withLock { state in
            let ended = state.entries.filter { isToEnd($0.value.session) }
            for print in ended.keys { state.entries[print] = nil }
            return ended.values.map(\.session)
        }
    }

    // MARK: Ages

    private static func isOver(_ entry: Entry, _ limits: Limits, _ wall: Int64, _ now: UInt64) -> Bool {
        func isOver(_ limit: Duration, _ from: UInt64, _ shownFrom: Int64) -> Bool {
            // The monotonic clock stands still while a machine sleeps, the wall clock may be put back: whichever says so.
            now >= from + limit.nanoseconds || wall - shownFrom >= Int64(limit.nanoseconds / 1000)
        }
        return isOver(limits.lifetime, entry.began, entry.session.began)
            || isOver(limits.idle, entry.lastUse, entry.session.lastUse)
    }

    private static func dropOutdated(_ state: inout State, _ wall: Int64, _ now: UInt64) {
        let limits = state.limits
        state.entries = state.entries.filter { !isOver($0.value, limits, wall, now) }
    }

    private static func makeRoom(_ state: inout State) {
        var counts: [String: Int] = [:]
        for entry in state.entries.values { counts[entry.session.name, default: 0] += 1 }
        let most = counts.values.max() ?? 0
        let oldest = state.entries.filter { counts[$0.value.session.name] == most }
            .min { $0.value.lastUse < $1.value.lastUse }
        if let oldest { state.entries[oldest.key] = nil }
    }
}
