/// A large message of which the first frame is here. Nothing more of it is taken before it is let in.
package struct LargeArrival: Sendable {
    /// What it is known by when it comes again.
    package var fingerprint: UInt64 = 0
    package var bodyBytes: UInt64 = 0

    package init() {}

    package init(fingerprint: UInt64, bodyBytes: UInt64) {
        self.fingerprint = fingerprint
        self.bodyBytes = bodyBytes
    }
}
