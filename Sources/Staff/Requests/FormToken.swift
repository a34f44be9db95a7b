/// What the tokens of somebody's forms are made with. Nothing prints it.
package struct FormKey: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    fileprivate let bytes: [UInt8]

    package init() { bytes = RandomBytes.make(32) }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    /// For somebody who comes through a proxy and has no session: the same one for each request.
    package func derived(for name: String) -> FormKey {
        FormKey(bytes: Digest.hmacSHA256(Array(name.utf8), key: bytes))
    }

    package var description: String { "***" }
    package var debugDescription: String { "***" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Shows that a form is one of ours, for this person, this route and what was selected, and made a short while ago.
///
/// Each form has another one, so that a second use of the same can be told from a second form.
package enum FormToken {
    package enum Verdict: Sendable, Equatable { case valid, outdated, forged }

    package static let lifetime: Duration = .seconds(30 * 60)
    private static let nonceLength = 8
    /// Room for a clock that was put back a little.
    private static let earliest: Int64 = 60

    /// - Parameters:
    ///   - selection: What the form acts on, in any spelling that is the same each time; empty for nothing.
    ///   - now: Microseconds since the epoch.
    package static func make(_ key: FormKey, route: String, selection: String, now: Int64) -> String {
        let head = UInt64(bitPattern: now / 1_000_000).bytes + RandomBytes.make(nonceLength)
        return Hexadecimal.text(head + mark(key, head, route, selection))
    }

    package static func check(_ token: String, _ key: FormKey, route: String, selection: String, now: Int64) -> Verdict
    {
        let headLength = 8 + nonceLength
        guard let bytes = Hexadecimal.bytes(token, count: headLength + Digest.length) else { return .forged }
        let head = Array(bytes[..<headLength])
        guard Digest.isSame(Array(bytes[headLength...]), mark(key, head, route, selection)) else { return .forged }
        let made = Int64(bitPattern: head[..<8].reduce(0) { $0 << 8 | UInt64($1) })
        let age = now / 1_000_000 - made
        return (-earliest..<lifetime.components.seconds).contains(age) ? .valid : .outdated
    }

    /// Each part with its length before it, so that no two lists of parts are the same bytes.
    private static func mark(_ key: FormKey, _ head: [UInt8], _ route: String, _ selection: String) -> [UInt8] {
        let parts = [Array("alidade form 1".utf8), head, Array(route.utf8), Array(selection.utf8)]
        return Digest.hmacSHA256(parts.flatMap { UInt64($0.count).bytes + $0 }, key: key.bytes)
    }
}

extension UInt64 {
    /// The highest first.
    fileprivate var bytes: [UInt8] { (0..<8).reversed().map { UInt8(truncatingIfNeeded: self >> (8 * $0)) } }
}
