internal import Events
internal import JSON
internal import Rollups
internal import Store

/// The rows of `_dimensions` and `_event_dimensions`: which names were ever declared, and what messages say of them.
///
/// A name gets its number with the first value that is stored, from whichever writer, and keeps it for ever: so what is stored of a message
/// means the same to every writer, whatever it declares itself.
final class DimensionRows {
    private let findNames: Statement
    private let name: Statement
    private let insert: Statement
    private let find: Statement
    private let database: Database
    private var known: [(name: [UInt8], number: Int)] = []

    init(_ database: Database) throws(StoreError) {
        self.database = database
        findNames = try database.prepare("SELECT number, name FROM main._dimensions ORDER BY number")
        name = try database.prepare("INSERT INTO main._dimensions (name) VALUES (?)")
        insert = try database.prepareForMessage(
            "INSERT INTO main._event_dimensions (seq, number, value) VALUES (?, ?, ?)")
        find = try database.prepare("SELECT number, value FROM main._event_dimensions WHERE seq = ? ORDER BY number")
    }

    /// Reads the names again: others may have been given numbers, and a transaction that failed has given none.
    func refresh() throws(StoreError) {
        known.removeAll(keepingCapacity: true)
        defer { findNames.reset() }
        while try findNames.step() { known.append((Array(findNames.bytes(1)), Int(findNames.integer(0)))) }
    }

    /// Whether any name was ever declared.
    var hasNames: Bool { !known.isEmpty }

    private func number(_ name: UnsafeRawBufferPointer) -> Int? {
        known.first { $0.name.withUnsafeBytes { $0.isSame(as: name) } }?.number
    }

    /// Stores what the message `seq` says, and gives its names in `batch` their numbers.
    func append(_ places: Range<Int>, of batch: DeliveryBatch, seq: Int64) throws(StoreError) {
        for place in places {
            let dimension = batch.dimensions[place]
            let known = self.number(batch.bytes[dimension.name])
            let number =
                if let known { known } else { try add(String(decoding: batch.bytes[dimension.name], as: UTF8.self)) }
            batch.dimensions[place].number = number
            insert.bind(1, seq)
            insert.bind(2, Int64(number))
            insert.bindText(3, batch.bytes[dimension.value])
            try insert.run(doing: "note the dimensions of a message")
        }
    }

    /// Gives names their numbers before anything is stored of them.
    func declare(_ names: [String]) throws(StoreError) {
        for name in names where !known.contains(where: { $0.name.elementsEqual(name.utf8) }) { _ = try add(name) }
    }

    /// The next number, and a column for people.
    private func add(_ text: String) throws(StoreError) -> Int {
        name.bind(1, text)
        try name.run(doing: "number a dimension")
        try DimensionColumns.refresh(database)
        try refresh()
        guard let number = known.first(where: { $0.name.elementsEqual(text.utf8) })?.number else {
            throw StoreError(.inconsistent, doing: "number a dimension", why: "its name is not in _dimensions")
        }
        return number
    }

    /// What the message `seq` says, put into `batch`.
    func read(_ seq: Int64, into batch: DeliveryBatch) throws(StoreError) -> Range<Int> {
        let first = batch.dimensions.count
        guard !known.isEmpty else { return first..<first }
        find.bind(1, seq)
        defer { find.reset() }
        while try find.step() {
            let number = Int(find.integer(0))
            guard let name = known.first(where: { $0.number == number })?.name else { continue }
            batch.dimensions.append(
                MessageDimension(
                    name: name.withUnsafeBytes { batch.bytes.append($0) }, value: batch.bytes.append(find.bytes(1)),
                    number: number))
        }
        return first..<batch.dimensions.count
    }

    // MARK: In the fold of a session

    /// An object of the values by their names; nil where there are none.
    static func text(_ places: Range<Int>, of batch: DeliveryBatch) -> String? {
        guard !places.isEmpty else { return nil }
        let sorted = batch.dimensions[places].sorted { $0.number < $1.number }
        func quoted(_ range: ByteRange) -> String {
            JSONText.quoted(String(decoding: batch.bytes[range], as: UTF8.self))
        }
        return "{\(sorted.map { "\(quoted($0.name)):\(quoted($0.value))" }.joined(separator: ","))}"
    }

    /// Puts those of a text of ``text(_:of:)`` into `batch`.
    func read(_ text: UnsafeRawBufferPointer, into batch: DeliveryBatch) -> Range<Int> {
        let first = batch.dimensions.count
        let members = (try? JSONReader.read(Array(text)).members()) ?? []
        for (name, value) in members {
            let name = batch.bytes.append(name)
            guard case .string(let text) = value.content, let number = number(batch.bytes[name]) else { continue }
            batch.dimensions.append(MessageDimension(name: name, value: batch.bytes.append(text), number: number))
        }
        return first..<batch.dimensions.count
    }
}
