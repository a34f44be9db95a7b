import AMQP
import Files
import Testing

struct BrokerURLTests {
    @Test(arguments: [
        ("amqp://guest:guest@127.0.0.1:5672/", BrokerURL(host: "127.0.0.1", user: "guest", password: Secret("guest"))),
        ("amqp://rabbit", BrokerURL(host: "rabbit")),
        ("amqp://rabbit/", BrokerURL(host: "rabbit")),
        ("AMQPS://rabbit/", BrokerURL(isTLS: true, host: "rabbit", port: 5671)),
        ("amqp://rabbit:1234/%2F", BrokerURL(host: "rabbit", port: 1234)),
        ("amqp://rabbit:/x", BrokerURL(host: "rabbit", virtualHost: "x")),
        ("amqp://h/a%2fb%c3%a9:c", BrokerURL(host: "h", virtualHost: "a/bé:c")),
        ("amqp://u@h", BrokerURL(host: "h", user: "u")),
        ("amqp://u:@h", BrokerURL(host: "h", user: "u", password: Secret(""))),
        ("amqp://u:p%40%3a:x@h", BrokerURL(host: "h", user: "u", password: Secret("p@::x"))),
        ("amqp://u:p@ss@h", BrokerURL(host: "h", user: "u", password: Secret("p@ss"))),
        ("amqps://[2001:db8::1]:5671/v", BrokerURL(isTLS: true, host: "2001:db8::1", virtualHost: "v")),
        ("amqp://[::1]", BrokerURL(host: "::1")),
    ])
    func `a URL is read as RabbitMQ's URI specification has it`(text: String, expected: BrokerURL) throws {
        #expect(try BrokerURL(parsing: text) == expected)
    }

    @Test(arguments: [
        ("rabbit:5672", "it does not begin with amqp:// or amqps://"),
        ("http://rabbit", "its scheme is neither amqp nor amqps"),
        ("amqp://", "it names no host"), ("amqp://:5672/", "it names no host"),
        ("amqp://h:0/", "its port is not a number between 1 and 65535"),
        ("amqp://h:65536/", "its port is not a number between 1 and 65535"),
        ("amqp://2001:db8::1/", "its port is not a number between 1 and 65535"),
        ("amqp://[::1/", "is never closed"), ("amqp://[rabbit]/", "only an IPv6 address stands in brackets"),
        ("amqp://h/?heartbeat=10", "parameters after ? or # are not understood"),
        ("amqp://h/a/b", "a / in the virtual host is written %2F"),
        ("amqp://h/%zz", "the percent-encoding of its virtual host is broken"),
        ("amqp://h/%ff", "is not UTF-8"), ("amqp://h/%00", "its virtual host contains a zero byte"),
        ("amqp://a b/", "its host name contains a character that no host name has"),
    ])
    func `a URL that cannot be read says what is wrong`(text: String, reason: String) {
        let error = #expect(throws: AMQPError.self) { try BrokerURL(parsing: text) }
        #expect(error?.description.hasPrefix("could not read the broker URL: ") == true)
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
        #expect(error?.isPermanent == true)
    }

    @Test(arguments: [
        "amqp://user:hunter2/x@h/v", "amqp://user:hunter2?x@h/v", "amqp://user:hunter2#x@h/v", "amqp://user:hunter2",
        "amqp://user:hunter2%zz@h/v", "http://user:hunter2@h/v", "amqp://user:hunter2@h:hunter2/",
    ])
    func `an error about a URL never quotes its password`(text: String) {
        let error = #expect(throws: AMQPError.self) { try BrokerURL(parsing: text) }
        #expect(error?.description.contains("hunter2") == false)
    }

    @Test func `a description masks the password`() throws {
        let url = try BrokerURL(parsing: "amqps://us%2Fer:hunter2@[::1]:99/a%2Fb")
        #expect(url.description == "amqps://us%2Fer:***@[::1]:99/a%2Fb")
        var options = ConnectionOptions(url: url)
        options.password = Secret("hunter2")
        var dumped = ""
        dump(options, to: &dumped)
        for text in ["\(url)", "\(options)", String(reflecting: options), dumped] { #expect(!text.contains("hunter2")) }
    }

    @Test func `a list of URLs is separated by commas`() throws {
        #expect(
            try BrokerURL.list(parsing: "amqp://a, amqps://b:1").map(\.description) == [
                "amqp://a:5672/", "amqps://b:1/",
            ])
        #expect(throws: AMQPError.self) { try BrokerURL.list(parsing: "amqp://a,") }
    }
}
