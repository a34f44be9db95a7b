import DaemonSettings
import Testing

struct ListenTests {
    @Test(arguments: [
        ("127.0.0.1:0", "127.0.0.1", 0), ("localhost:80", "localhost", 80), ("[::1]:8089", "::1", 8089),
        ("0.0.0.0:65535", "0.0.0.0", 65535),
    ])
    func `an address is taken apart`(listen: String, host: String, port: Int) throws {
        let address = try #require(try load("http: {listen: '\(listen)'}").http.address)
        #expect(address == (host, port))
    }

    @Test(arguments: ["http: {listen: null}", "http: {listen: ''}", "http: {listen: }", "http: {listen: ~}"])
    func `null or nothing listens nowhere`(yaml: String) throws {
        #expect(try load(yaml).http.address == nil)
    }

    @Test func `an empty variable listens nowhere`() throws {
        let settings = try Settings.load(file: nil, environment: ["ALIDADE_HTTP_LISTEN": ""])
        #expect(settings.http.address == nil)
    }
}
