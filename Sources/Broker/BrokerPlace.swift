package import AMQP
package import Status

/// The exchanges and queues that one of the daemon's works needs at the broker, and where its troubles are reported.
package struct BrokerPlace: Sendable {
    private let topology: Topology
    private let part: Topology.Part
    package let status: TopologyStatus

    package init(_ topology: Topology, _ part: Topology.Part, status: TopologyStatus) {
        self.topology = topology
        self.part = part
        self.status = status
    }

    /// Declares or checks the objects. False where one is not to be had for now, which is reported; throws what ends the connection.
    @available(*, noasync)
    package func prepare(_ connection: inout Connection) throws(AMQPError) -> Bool {
        for object in topology.objects(of: part) {
            do throws(Topology.Problem) {
                let condition = try topology.apply(object, to: &connection)
                status.report(object.description, .presence, nil)
                let differences = condition.differences.joined(separator: "; ")
                status.report(object.description, .properties, differences.isEmpty ? nil : differences)
            } catch {
                guard error.cause.objectTrouble != nil else { throw error.cause }
                status.report(object.description, .presence, error.cause.objectWords)
                return false
            }
        }
        return true
    }
}
