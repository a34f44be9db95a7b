internal import NIOCore
internal import Synchronization

/// The open connections of a server, at most so many: a new one is always let in, and the one that has been idle longest gives way.
///
/// Whoever holds connections open and asks nothing, by mistake or on purpose, therefore cannot shut probes and scrapers out. One peer of
/// another machine gives way to itself first.
final class ConnectionBook: Sendable {
    private struct Entry {
        let channel: any Channel
        /// Nil for this machine, where a reverse proxy has many visitors.
        let peer: String?
        /// Grows with each event, so that the smallest is the oldest.
        var lastUse: UInt64
        var isAnswering = false

        var age: (Int, UInt64) { (isAnswering ? 1 : 0, lastUse) }
    }

    private struct State {
        var entries: [ObjectIdentifier: Entry] = [:]
        var events: UInt64 = 0

        mutating func next() -> UInt64 {
            events += 1
            return events
        }
    }

    private let state = Mutex(State())
    private let maximum: Int
    private let maximumOfPeer: Int

    init(maximum: Int, ofPeer: Int) {
        self.maximum = maximum
        maximumOfPeer = ofPeer
    }

    func opened(_ channel: any Channel) {
        let peer = Self.peer(channel)
        let leaving: (any Channel)? = state.withLock { state in
            var oldest: Entry?
            let own = peer == nil ? [] : state.entries.values.filter { $0.peer == peer }
            if own.count >= maximumOfPeer {
                oldest = own.min { $0.age < $1.age }
            } else if state.entries.count >= maximum {
                // One that is being answered goes only where all are.
                oldest = state.entries.values.min { $0.age < $1.age }
            }
            if let oldest { state.entries[ObjectIdentifier(oldest.channel)] = nil }
            state.entries[ObjectIdentifier(channel)] = Entry(channel: channel, peer: peer, lastUse: state.next())
            return oldest?.channel
        }
        leaving?.close(promise: nil)
    }

    func note(_ channel: any Channel, isAnswering: Bool) {
        state.withLock { state in
            let now = state.next()
            state.entries[ObjectIdentifier(channel)]?.lastUse = now
            state.entries[ObjectIdentifier(channel)]?.isAnswering = isAnswering
        }
    }

    func closed(_ channel: any Channel) {
        state.withLock { $0.entries[ObjectIdentifier(channel)] = nil }
    }

    private static func peer(_ channel: any Channel) -> String? {
        guard let address = channel.remoteAddress?.ipAddress, address != "::1", !address.hasPrefix("127.") else {
            return nil
        }
        return address
    }
}
