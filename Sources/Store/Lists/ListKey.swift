package import Events
internal import Rollups

/// A place in a list, which a page's address holds as text: what the list is ordered by, of the row there.
///
/// The text says which list, order and store it is of, and ends with a check: what was made up, cut or taken from elsewhere is found out. It holds
/// nothing that the row does not show.
package struct ListKey: Sendable, Equatable {
    package enum Value: Sendable, Equatable {
        case none
        case integer(Int64)
        case number(Double)
        case text(String)
    }

    /// The first thing the list is ordered by; none where that is the time, or where the row has none.
    package var value: Value
    package var time: Timestamp
    /// The event's id. Empty: in front of all of this time.
    package var id: String
    /// The row there is on the other side of the place than it is otherwise: a page that begins or ends there has it.
    package var isIncluded = false

    package init(_ value: Value = .none, time: Timestamp, id: String) {
        self.value = value
        self.time = time
        self.id = id
    }

    private static let version: UInt8 = 1

    /// `list` names list and order, `store` the store.
    package func text(of list: String, in store: String) -> String {
        var writer = FactWriter()
        writer.byte(Self.version)
        writer.byte(isIncluded ? 1 : 0)
        writer.word(time)
        switch value {
        case .none: writer.byte(0)
        case .integer(let number):
            writer.byte(1)
            writer.word(number)
        case .number(let number):
            writer.byte(2)
            writer.word(Int64(bitPattern: number.bitPattern))
        case .text(let text):
            writer.byte(3)
            writer.varint(text.utf8.count)
            for byte in text.utf8 { writer.byte(byte) }
        }
        for byte in id.utf8 { writer.byte(byte) }
        let bytes = Array(writer.bytes)
        return Base64URL.text(bytes + Self.check(bytes, list, store))
    }

    /// Nil for what `text` has not made of this list and store.
    package init?(_ text: String, of list: String, in store: String) {
        guard text.utf8.count <= 4096, let all = Base64URL.bytes(text), all.count > 4 else { return nil }
        let bytes = Array(all.dropLast(4))
        guard Self.check(bytes, list, store).elementsEqual(all.suffix(4)) else { return nil }
        var rest = bytes[...]
        func word() -> Int64? {
            guard rest.count >= 8 else { return nil }
            defer { rest = rest.dropFirst(8) }
            return rest.prefix(8).reversed().reduce(0) { $0 << 8 | Int64($1) }
        }
        guard rest.popFirst() == Self.version, let flags = rest.popFirst(), flags <= 1, let time = word(),
            let kind = rest.popFirst()
        else { return nil }
        switch kind {
        case 0: value = .none
        case 1:
            guard let number = word() else { return nil }
            value = .integer(number)
        case 2:
            guard let number = word() else { return nil }
            value = .number(Double(bitPattern: UInt64(bitPattern: number)))
        case 3:
            var (count, shift) = (0, 0)
            repeat {
                guard let byte = rest.popFirst(), shift < 28 else { return nil }
                count |= Int(byte & 0x7F) << shift
                shift += 7
                if byte < 0x80 { break }
            } while true
            guard count <= rest.count else { return nil }
            value = .text(String(decoding: rest.prefix(count), as: UTF8.self))
            rest = rest.dropFirst(count)
        default: return nil
        }
        self.time = time
        isIncluded = flags == 1
        id = String(decoding: rest, as: UTF8.self)
    }

    private static func check(_ bytes: [UInt8], _ list: String, _ store: String) -> [UInt8] {
        let all = bytes + [0] + list.utf8 + [0] + store.utf8
        let hash = all.withUnsafeBytes { $0.quickHash(0x4C69_7374) }
        return (0..<4).map { UInt8(truncatingIfNeeded: hash >> ($0 * 8)) }
    }
}
