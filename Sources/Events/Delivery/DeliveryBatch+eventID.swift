extension DeliveryBatch {
    /// The event id of a decided delivery, as text.
    package func eventID(of index: Int) -> String {
        switch decisions[index] {
        case .profiler(let place): bytes.text(profilers[place].identity.eventID)
        case .intelligence(let place): bytes.text(intelligence[place].identity.eventID)
        case .rejected(let place): rejections[place].eventID
        }
    }
}
