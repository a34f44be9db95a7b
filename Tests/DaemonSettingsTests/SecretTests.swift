import DaemonSettings
import Files
import Testing

struct SecretTests {
    private func broker(_ file: String) throws -> Settings.Broker {
        try load("broker: {password_file: '\(file)'}").broker
    }

    @Test func `line breaks at the end of a password file are not part of the password`() throws {
        let file = try TemporaryFile("hunter2 \r\n")
        #expect(try broker(file.path).password()?.value == "hunter2 ")
        #expect(try load("").broker.password() == nil)
        #expect(try load("http: {token_file: '\(file.path)'}").http.token()?.value == "hunter2 ")
    }

    @Test func `a name without a slash is a systemd credential`() throws {
        let yaml = "broker: {password_file: secret, tls: {key_file: key.pem, certificate_file: /a}}"
        let settings = try load(yaml, environment: ["CREDENTIALS_DIRECTORY": "/run/credentials/x"])
        #expect(settings.broker.passwordFile == "/run/credentials/x/secret")
        #expect(settings.broker.tls.keyFile == "/run/credentials/x/key.pem")
        #expect(settings.credentials == ["broker.password_file", "broker.tls.key_file"])
        #expect(settings.shown.first { $0.key.path == "broker.password_file" }?.value == "secret")
        #expect(try load("broker: {password_file: ./secret}").credentials.isEmpty)
    }

    @Test(arguments: [
        ("/etc/alidade/alidade.yaml", "/etc/alidade"), ("/etc/alidade/second.yaml", "/etc/alidade/second"),
        ("alidade.yaml", "."), ("/alidade.yaml", ""), ("here/x.yaml", "here/x"), (nil, "/etc/alidade"),
    ])
    func `without a service manager a credential lies where the units take it from`(file: String?, folder: String) {
        #expect(CredentialFolder.path(environment: [:], configuration: file) == folder)
        #expect(CredentialFolder.path(environment: ["CREDENTIALS_DIRECTORY": ""], configuration: file) == folder)
    }

    @Test(
        arguments: [
            ([], "is empty"), ([10], "is empty"), ([0xFF], "is not UTF-8 text"), ([65, 0], "is not UTF-8 text"),
        ] as [([UInt8], String)])
    func `a file that holds no password is refused`(bytes: [UInt8], why: String) throws {
        let file = try TemporaryFile(bytes: bytes)
        let broker = try broker(file.path)
        #expect { try broker.password() } throws: {
            "\($0)".hasSuffix(why) && "\($0)".hasPrefix("broker.password_file: ")
        }
    }

    @Test func `a missing password file is named`() throws {
        let broker = try broker("/nowhere/password")
        #expect { try broker.password() } throws: {
            "\($0)" == "broker.password_file: could not read /nowhere/password: No such file or directory"
        }
    }

    @Test func `a secret prints as stars, whatever prints it`() throws {
        let secret = Secret("hunter2")
        var dumped = ""
        dump(secret, to: &dumped)
        #expect("\(secret) \(String(reflecting: secret)) \([secret])" == "*** *** [***]")
        #expect(!dumped.contains("hunter2"))
        let settings = try load("broker: {url: 'amqp://u:hunter2@h'}")
        dumped = ""
        dump(settings, to: &dumped)
        #expect(!dumped.contains("hunter2"))
    }

    @Test(arguments: [
        ("amqp://guest:hunter2@h:5672/v", "amqp://guest:***@h:5672/v"),
        ("amqp://guest:hunter2@1@h/", "amqp://guest:***@h/"),
        ("amqp://guest@h/", "amqp://guest@h/"),
        ("amqp://h:5672/", "amqp://h:5672/"),
        ("amqps://[::1]:5671/", "amqps://[::1]:5671/"),
    ])
    func `a URL is shown without its password`(url: String, shown: String) throws {
        let settings = try load("", environment: ["ALIDADE_BROKER_URL": url])
        #expect(settings.shown.first { $0.key.path == "broker.url" }?.value == shown)
    }

    @Test(arguments: [
        "broker: {url: 'amqp://u:hunter2@'}", "broker: {url: 'amqp://u:hunter2/v'}",
        "broker: {url: 'amqp://u:x/hunter2@h'}",
        "broker: {url: 'http://u:hunter2@h'}", "broker: 'amqp://u:hunter2@h'", "store: {url: 'amqp://u:hunter2@h'}",
        "broker: {url: {'amqp://u:hunter2@h': 1}}", "ingest: {prefetch: 'amqp://u:hunter2@h'}",
        "'amqp://u:hunter2@h': 1",
        "broker: {url: ['amqp://u:hunter2@h', 'amqp://u:hunter2@h']}", "log: {level: 'u:hunter2@h'}",
        "http: {listen: 'u:hunter2@h:1'}",
        "broker: {url: amqp://u:hunter2@h: x}", "'u:hunter2@h': 1\n'u:hunter2@h': 2", "'amqp://u:hunter2@h': {a: 1}",
    ])
    func `no error shows a password`(yaml: String) throws {
        let found = try problems(yaml)
        #expect(!found.isEmpty)
        #expect(!found.joined().contains("hunter2"), "\(found)")
    }
}
