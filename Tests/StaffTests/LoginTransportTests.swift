import Staff
import Testing

@Suite struct LoginTransportTests {
    private static let secure = DashboardURL("https://telemetry.example.org")
    private static let plain = DashboardURL("http://box:8089")
    private static let other = PeerAddress("192.0.2.9").map { Peer.address($0) } ?? .socket
    private static let local = PeerAddress("127.0.0.1").map { Peer.address($0) } ?? .socket

    struct Case: Sendable {
        var peer: Peer
        var isProxy = false
        var origin: String?
        var url: DashboardURL?
        var proto: [String] = []
        var answer: LoginTransport
    }

    @Test(arguments: [
        // No URL: this machine only.
        Case(peer: local, origin: "http://localhost:8089", answer: .plain),
        Case(peer: other, origin: "http://192.0.2.1:8089", answer: .refused(.withoutTLS)),
        Case(peer: other, isProxy: true, origin: "http://192.0.2.1:8089", answer: .refused(.withoutTLS)),
        // https: through a proxy that is known, or on this machine.
        Case(peer: local, origin: "https://telemetry.example.org", url: secure, answer: .secure),
        Case(peer: .socket, origin: "https://telemetry.example.org", url: secure, answer: .secure),
        Case(peer: other, isProxy: true, origin: "https://telemetry.example.org", url: secure, answer: .secure),
        Case(peer: other, origin: "https://telemetry.example.org", url: secure, answer: .refused(.unknownProxy)),
        Case(peer: local, origin: "http://localhost:8089", url: secure, answer: .plain),
        Case(peer: other, origin: "http://192.0.2.1:8089", url: secure, answer: .refused(.withoutTLS)),
        Case(peer: other, origin: nil, url: secure, answer: .refused(.withoutTLS)),
        // What the proxy says of the scheme counts from a proxy only.
        Case(
            peer: other, isProxy: true, origin: "https://telemetry.example.org", url: secure, proto: ["HTTPS"],
            answer: .secure),
        Case(
            peer: other, isProxy: true, origin: "https://telemetry.example.org", url: secure, proto: ["http"],
            answer: .refused(.otherScheme)),
        Case(
            peer: other, isProxy: true, origin: "https://telemetry.example.org", url: secure, proto: ["https", "http"],
            answer: .refused(.otherScheme)),
        Case(peer: local, origin: "https://telemetry.example.org", url: secure, proto: ["http"], answer: .secure),
        Case(
            peer: other, origin: "https://telemetry.example.org", url: secure, proto: ["https"],
            answer: .refused(.unknownProxy)),
        // http on purpose.
        Case(peer: other, origin: "http://box:8089", url: plain, answer: .plain),
        Case(peer: other, origin: "http://192.0.2.1:8089", url: plain, answer: .refused(.withoutTLS)),
    ])
    func saysWhetherAPasswordMayGoOverIt(_ it: Case) {
        let answer = LoginTransport.judge(
            peer: it.peer, isProxy: it.isProxy, origin: it.origin, url: it.url, forwardedProto: it.proto)
        #expect(answer == it.answer)
    }
}
