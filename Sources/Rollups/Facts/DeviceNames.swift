internal import Events

/// Browser and operating system of user agents, as numbers. The same few agents come again and again, so what they are is remembered.
package struct DeviceNames {
    private static let capacity = 4096

    private var known: [[UInt8]: (browser: Int, system: Int)] = [:]
    private var last: (agent: [UInt8], ids: (browser: Int, system: Int))?

    package init() {}

    package mutating func ids(of agent: UnsafeRawBufferPointer, _ names: inout NameRegistry) -> (
        browser: Int, system: Int
    ) {
        if let last, last.agent.elementsEqual(agent) { return last.ids }
        let bytes = Array(agent)
        if let ids = known[bytes] {
            last = (bytes, ids)
            return ids
        }
        let device = UserAgent(bytes)
        let ids = (names.id(.browser, device.browser), names.id(.operatingSystem, device.system))
        if known.count >= Self.capacity { known.removeAll() }
        known[bytes] = ids
        last = (bytes, ids)
        return ids
    }

    /// The numbers mean nothing once the names were read again.
    package mutating func forget() {
        known.removeAll()
        last = nil
    }
}
