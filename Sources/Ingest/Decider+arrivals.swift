internal import Events
internal import Store

/// Large messages, which may be the process's death before they are whole.
extension Decider {
    /// Of a message that was the death of the process too often: that much can be had without danger, and shows what it is.
    private static var keptOfDeadly: UInt64 { 1 << 20 }

    /// Notes that the message is about to get its memory; how many bytes of it are to be kept.
    func takesIn(_ arrival: LargeArrival) -> UInt64 {
        recorder.note(arrival.fingerprint, by: .arrival)
        return isDeadly(arrival.fingerprint) ? Self.keptOfDeadly : .max
    }

    /// The message is durable, or its connection is gone and it comes again.
    func arrivalEnded() { recorder.note(0, by: .arrival) }

    /// There was no memory for the message, which is as good as a death over it.
    mutating func refusedMemory(_ arrival: LargeArrival) {
        deaths[arrival.fingerprint, default: 0] += 1
        arrivalEnded()
    }
}
