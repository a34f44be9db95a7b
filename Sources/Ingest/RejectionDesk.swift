internal import Events
internal import Store

/// Tells of what was quarantined once it is durable, as far as there is room to tell; see Decisions/0018.
struct RejectionDesk {
    let sender: any RejectionSender
    /// Of the store that messages are quarantined in.
    let storeID: String

    /// Costs nothing where nothing was quarantined. What is a duplicate was told before.
    func tell(of batch: DeliveryBatch, _ result: BatchResult) {
        guard result.quarantined > 0 else { return }
        var room = sender.room
        var notices: [RejectionNotice] = []
        var (untold, ownCount) = (0, 0)
        var ids = result.quarantineIDs.makeIterator()
        for (index, outcome) in result.outcomes.enumerated() where outcome == .quarantined {
            guard let id = ids.next() else { break }
            let delivery = batch.deliveries[index]
            if delivery.isRejectionNotice(in: batch.bytes) {
                ownCount += 1
                continue
            }
            guard !room.isEmpty, let refusal = result.refusal(of: index, in: batch) else {
                untold += 1
                continue
            }
            let notice = RejectionNotice(
                of: delivery, in: batch.bytes, eventID: batch.eventID(of: index), refusal: refusal, storeID: storeID,
                quarantineID: id)
            if room.take(notice) { notices.append(notice) } else { untold += 1 }
        }
        sender.send(notices, untold: untold, ownCount: ownCount)
    }
}
