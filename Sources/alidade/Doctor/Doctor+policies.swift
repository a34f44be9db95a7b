internal import AMQP
internal import Events
internal import Files
internal import JSON

extension Doctor {
    private static let managementPort: UInt16 = 15672
    private static let policyCheck = "policies"

    /// AMQP does not show policies; the management API does, where the broker has it. It is never needed.
    mutating func checkPolicies(_ broker: BrokerURL, _ visit: BrokerVisit) {
        var definitions: [(queue: String, policy: [String: String])] = []
        do throws(HTTPRequest.Failure) {
            for queue in IngestQueue.allCases {
                definitions.append((queue.name, try Self.policy(of: queue.name, broker, visit)))
            }
        } catch {
            return add(
                .warning(
                    Self.policyCheck, "AMQP does not show them, and the management API did not either: \(error.reason)",
                    remedy: "look by hand: rabbitmqctl list_policies -p '\(broker.virtualHost)'; for these queues none "
                        + "may set message-ttl, expires, max-length or a delivery-limit of \(visit.deliveryLimit) or less"
                ))
        }
        var isFine = true
        for (queue, policy) in definitions {
            for hazard in QueueHazard.all(in: policy, deliveryLimit: visit.deliveryLimit) {
                isFine = false
                let finding = "queue \(queue), by policy: \(hazard.text)"
                let remedy =
                    "exempt the queue; rabbitmqctl list_policies and list_operator_policies -p '\(broker.virtualHost)'"
                let status = hazard.isLoss ? Finding.Status.problem : .warning
                add(Finding(check: Self.policyCheck, status: status, finding: finding, remedy: remedy))
            }
        }
        if isFine { add(.ok(Self.policyCheck, "none takes messages from \(definitions.count) queues")) }
    }

    /// The definition that is in force for a queue; empty where none is, or where there is no such queue yet.
    private static func policy(
        of queue: String, _ broker: BrokerURL, _ visit: BrokerVisit
    ) throws(HTTPRequest.Failure) -> [String: String] {
        guard !broker.isTLS || broker.isLoopback else {
            throw HTTPRequest.Failure(reason: "it is not asked, as that would send the password without TLS")
        }
        guard let user = visit.user(at: broker), let password = visit.password(at: broker) else {
            throw HTTPRequest.Failure(reason: "it is not asked without a password")
        }
        guard let address = try? BrokerProbe.addresses(of: broker, within: limit).first else {
            throw HTTPRequest.Failure(reason: "\(broker.host) has no address")
        }
        let host = PercentEncoding.encode(broker.virtualHost)
        let request = HTTPRequest(
            host: address, port: managementPort, path: "/api/queues/\(host)/\(PercentEncoding.encode(queue))",
            credentials: Secret("\(user):\(password.value)"))
        let answer: HTTPRequest.Answer
        do throws(HTTPRequest.Failure) { answer = try request.answer(within: limit) } catch {
            throw HTTPRequest.Failure(reason: "port \(managementPort): \(error.reason)")
        }
        switch answer.status {
        case 200: break
        case 404: return [:]
        case 401, 403: throw HTTPRequest.Failure(reason: "the user lacks the tag management or monitoring")
        default: throw HTTPRequest.Failure(reason: "it answered \(answer.status)")
        }
        guard let members = try? JSONReader.read(answer.body).members() else {
            throw HTTPRequest.Failure(reason: "its answer is not understood")
        }
        let definition = members.first { $0.name == "effective_policy_definition" }?.value
        // RabbitMQ writes an empty definition as an empty array.
        guard let definition = try? definition?.members() else { return [:] }
        return Dictionary(definition.map { ($0.name, $0.value.words) }, uniquingKeysWith: { first, _ in first })
    }
}

extension JSONValue {
    /// A policy's value: a whole number without its point, a text without its quotes.
    fileprivate var words: String {
        switch content {
        case .string(let text): text
        case .number(let number): Int(exactly: number).map(String.init) ?? "\(number)"
        default: shown
        }
    }
}
