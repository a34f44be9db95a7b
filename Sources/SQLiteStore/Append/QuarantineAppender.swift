internal import CCrypto
internal import Events
internal import Store

/// Writes rows of `quarantine`: the whole body, all properties, the reasons and how many there are. Each is counted at once: see
/// ``QuarantineFaultSchema``.
struct QuarantineAppender {
    private let database: Database
    private let insert: Statement
    private let find: Statement
    private let countFault: Statement
    private let countHour: Statement
    private let insertMember: Statement

    init(_ database: Database) throws(StoreError) {
        find = try database.prepare("SELECT 1 FROM quarantine WHERE digest = ?")
        insert = try database.prepareForMessage(
            """
            INSERT INTO quarantine (received_at, queue, event_id, reason, pointer, detail, errors, body, properties, digest, error_count)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        countFault = try database.prepareForMessage(QuarantineFaultSchema.counting)
        countHour = try database.prepare(
            """
            INSERT INTO _quarantine_hours (hour, fault, count) VALUES (?1 / 3600000000, ?2, 1)
            ON CONFLICT (hour, fault) DO UPDATE SET count = count + 1
            """)
        insertMember = try database.prepare("INSERT INTO _quarantine_members (quarantine_id, fault) VALUES (?1, ?2)")
        self.database = database
    }

    /// Keeps the message; a message that is here already, delivered again, is a duplicate.
    func append(
        _ errors: [Rejection], of errorCount: Int, eventID: String, delivery: Delivery, bytes: borrowing ByteArena
    ) throws(StoreError) -> Outcome {
        let digest = Self.digest(
            queue: delivery.queue, eventID: eventID, body: bytes[delivery.body], dropped: delivery.droppedBytes)
        find.bindCopy(1, digest)
        let isKnown = try find.step()
        find.reset()
        if isKnown { return .duplicate }
        precondition(!errors.isEmpty, "a message is quarantined for a reason")
        insert.bind(1, delivery.receivedAt)
        insert.bind(2, delivery.queue.name)
        insert.bind(3, eventID)
        insert.bind(4, errors[0].reason.rawValue)
        insert.bind(5, errors[0].pointer)
        insert.bind(6, errors[0].detail)
        insert.bind(7, Self.json(errors))
        insert.bindBlob(8, bytes[delivery.body])
        insert.bind(9, Self.json(delivery, bytes))
        insert.bindCopy(10, digest)
        insert.bind(11, Int64(errorCount))
        try insert.run(doing: "append to quarantine")
        try count(database.lastInsertedRow, receivedAt: delivery.receivedAt)
        return .quarantined
    }

    /// The row that is inserted last has the number of the message, too.
    private func count(_ id: Int64, receivedAt: Timestamp) throws(StoreError) {
        countFault.bind(1, id)
        defer { countFault.reset() }
        guard try countFault.step(doing: "count a quarantined message") else {
            throw StoreError(.inconsistent, doing: "count a quarantined message", why: "it was not written")
        }
        let fault = countFault.integer(0)
        countFault.reset()
        countHour.bind(1, receivedAt)
        countHour.bind(2, fault)
        try countHour.run(doing: "count a quarantined message")
        insertMember.bind(1, id)
        insertMember.bind(2, fault)
        try insertMember.run(doing: "count a quarantined message")
    }

    /// What makes a quarantined message the same one when it comes again: queue, event id and body, as 128 bits of SHA-256.
    static func digest(
        queue: IngestQueue, eventID: String, body: UnsafeRawBufferPointer, dropped: UInt64 = 0
    ) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: 32)
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        EVP_DigestInit_ex(context, EVP_sha256(), nil)
        let head = Array("\(queue.name)\u{0}\(eventID)\u{0}".utf8)
        EVP_DigestUpdate(context, head, head.count)
        EVP_DigestUpdate(context, body.baseAddress, body.count)
        if dropped > 0 { withUnsafeBytes(of: dropped) { _ = EVP_DigestUpdate(context, $0.baseAddress, $0.count) } }
        EVP_DigestFinal_ex(context, &result, nil)
        return Array(result.prefix(16))
    }
}
