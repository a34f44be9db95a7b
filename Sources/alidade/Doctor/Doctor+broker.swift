internal import AMQP
internal import DaemonSettings

extension Doctor {
    private static let beforeLogin = ["name resolution", "connection", "tls"]
    private static let loginChecks = ["login", "virtual host"]
    private static let afterLogin = ["permissions", "topology", "queue limits", "policies"]
    static var brokerChecks: [String] { beforeLogin + loginChecks + afterLogin }

    /// From the name to the queues. What stands behind a step that failed is reported as not tried.
    mutating func checkBroker(_ settings: Settings) {
        guard let visit = try? BrokerVisit(settings) else { return }
        checkClientCertificate(visit)
        var isExamined = false
        for broker in visit.options.urls {
            guard checkPath(to: broker) else { continue }
            var options = visit.options
            options.urls = [broker]
            var facts: TLSFacts?
            do throws(AMQPError) {
                if broker.isTLS { facts = try BrokerProbe.handshake(broker, options) }
            } catch {
                addTLS(error, broker)
                continue
            }
            do throws(AMQPError) {
                var connection = try Connection.open(options)
                addTransport(facts, broker)
                addLogin(connection.server, broker, visit)
                if !isExamined {
                    isExamined = true
                    examine(&connection, visit)
                }
                connection.close()
            } catch {
                // With TLS 1.3 a broker refuses our certificate only here.
                guard error.kind != .tls else {
                    addTLS(error, broker)
                    continue
                }
                addTransport(facts, broker)
                addRefusedLogin(error, broker, visit)
            }
        }
        if !isExamined {
            addNotTried(Self.afterLogin, because: "no broker let us in")
        }
    }

    private mutating func examine(_ connection: inout Connection, _ visit: BrokerVisit) {
        let broker = connection.broker
        let mayConfigure = checkPermissions(&connection, visit)
        checkTopology(&connection, visit, mayConfigure: mayConfigure)
        checkPolicies(broker, visit)
    }

    mutating func addNotTried(_ checks: [String], because reason: String) {
        for check in checks { add(.notTried(check, because: reason)) }
    }

    /// Name and TCP. True where somebody listens.
    private mutating func checkPath(to broker: BrokerURL) -> Bool {
        let later = ["tls"] + Self.loginChecks
        do throws(AMQPError) {
            let addresses = try BrokerProbe.addresses(of: broker, within: Self.limit)
            let list = addresses == [broker.host] ? "an address" : addresses.joined(separator: ", ")
            add(.ok("name resolution", "\(broker.host) is \(list)"))
        } catch {
            add(
                .problem(
                    "name resolution", error.description,
                    remedy: "correct the host in broker.url, or the resolver: `getent hosts` must answer for it"))
            addNotTried(["connection"] + later, because: "\(broker.host) has no address")
            return false
        }
        do throws(AMQPError) {
            add(.ok("connection", "\(broker.endpoint) accepts (\(try BrokerProbe.reach(broker, within: Self.limit)))"))
            return true
        } catch {
            add(
                .problem(
                    "connection", error.description,
                    remedy: "start the broker, correct host and port in broker.url, or open the firewall for it"))
            addNotTried(later, because: "\(broker.endpoint) is not reached")
            return false
        }
    }

    // MARK: Login

    private mutating func addLogin(
        _ server: (product: String, version: String), _ broker: BrokerURL, _ visit: BrokerVisit
    ) {
        let name = server.product.isEmpty ? "a broker without a name" : "\(server.product) \(server.version)"
        let finding = "\(visit.login(at: broker)) at \(broker.endpoint), \(name)"
        let version = server.version.split(separator: ".").map { Int($0.prefix { $0.isNumber }) ?? 0 }
        if server.product != "RabbitMQ" || version.lexicographicallyPrecedes([3, 10]) {
            add(.warning("login", "\(finding): untested", remedy: "use RabbitMQ 3.10 or later"))
        } else {
            add(.ok("login", finding))
        }
        add(.ok("virtual host", broker.virtualHost))
    }

    private mutating func addRefusedLogin(_ error: AMQPError, _ broker: BrokerURL, _ visit: BrokerVisit) {
        let user = visit.user(at: broker)
        // 530 comes from connection.open, after the login.
        if error.brokerCode == 530 {
            add(.ok("login", "\(visit.login(at: broker)) at \(broker.endpoint)"))
            let host = "'\(broker.virtualHost)'"
            let isMissing = error.brokerText?.contains("not found") == true
            let command =
                isMissing
                ? "rabbitmqctl add_vhost \(host), then set_permissions"
                : "rabbitmqctl set_permissions -p \(host) '\(user ?? "USER")' '.*' '.*' '.*'"
            let finding = error.brokerText ?? error.reason
            return add(.problem("virtual host", finding, remedy: "correct the path of broker.url, or: \(command)"))
        }
        let remedy: String
        if error.kind == .invalidConfiguration {
            remedy = "set broker.password_file, or put a password into broker.url"
        } else if error.kind != .accessRefused {
            remedy = "is this RabbitMQ's AMQP port? look at the broker's log"
        } else if let user {
            let isGuest = user == "guest" && !broker.isLoopback
            remedy =
                isGuest
                ? "RabbitMQ lets guest log in from its own machine only: make a user, and name it in broker.url"
                : "correct user and password, or: rabbitmqctl change_password '\(user)'"
        } else {
            remedy = "enable the broker's plugin rabbitmq_auth_mechanism_ssl and make a user named as the certificate"
        }
        add(.problem("login", error.description, remedy: remedy))
        add(.notTried("virtual host", because: "the login at \(broker.endpoint) failed"))
    }
}
