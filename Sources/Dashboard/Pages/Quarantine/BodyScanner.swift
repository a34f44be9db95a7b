/// Walks through JSON as it came and breaks it into lines, without reading numbers or dropping doubled members. It bears any depth and any number of
/// members that its body can have: it keeps its own stack, looks at each byte once, and spells no pointer out.
struct BodyScanner {
    enum Piece: Equatable {
        /// Punctuation, white space and names.
        case text(String)
        /// A value that is no object and no array, or the beginning of one, and where it is.
        case value(String, at: Int, indent: Int)
        /// The end of an object or array.
        case end(String, at: Int, indent: Int)
    }

    /// Where a value stands: its parent and what it is there.
    private struct Node {
        var parent: Int
        var name: String
        var isObject = false
        /// Of an object: the names of its members. Of an array: nothing, its elements are counted.
        var names: Set<String> = []
        var count = 0
    }

    /// More than this is no help to anybody, and a deep body would be mostly white space.
    private static let deepest = 16

    private let bytes: [UInt8]
    private var place = 0
    private var nodes: [Node] = []
    /// The objects and arrays that are open.
    private var open: [Int] = []

    init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

    /// Nil for what is no JSON.
    mutating func pieces() -> [Piece]? {
        guard String(validating: bytes, as: UTF8.self) != nil else { return nil }
        var pieces: [Piece] = []
        var isDone = false
        while true {
            skip()
            guard place < bytes.count else { return open.isEmpty && isDone ? pieces : nil }
            guard !isDone else { return nil }
            guard let node = open.last else {
                guard value(of: -1, named: "", &pieces) else { return nil }
                isDone = open.isEmpty
                continue
            }
            let isObject = nodes[node].isObject
            if bytes[place] == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
                place += 1
                open.removeLast()
                let line = nodes[node].count > 0 ? "\n" + Self.indentation(open.count) : ""
                pieces.append(.end(line + (isObject ? "}" : "]"), at: node, indent: open.count))
                isDone = open.isEmpty
                continue
            }
            if nodes[node].count > 0 {
                guard bytes[place] == UInt8(ascii: ",") else { return nil }
                place += 1
                skip()
                pieces.append(.text(","))
            }
            pieces.append(.text("\n" + Self.indentation(open.count)))
            guard isObject ? member(of: node, &pieces) : element(of: node, &pieces) else { return nil }
        }
    }

    static func indentation(_ depth: Int) -> String { String(repeating: "  ", count: min(depth, deepest)) }

    /// Whether the value of a node is what the parts of a pointer lead to.
    func isAt(_ node: Int, _ parts: ArraySlice<String>) -> Bool {
        var node = node
        for part in parts.reversed() {
            // The root has no name.
            guard nodes[node].parent >= 0, nodes[node].name == part else { return false }
            node = nodes[node].parent
        }
        return nodes[node].parent < 0
    }

    /// Whether an object has a member, or an array an element, of this name.
    func has(_ name: String, in node: Int) -> Bool {
        nodes[node].isObject
            ? nodes[node].names.contains(name) : Int(name).map { (0..<nodes[node].count).contains($0) } ?? false
    }

    /// The parts of a pointer (RFC 6901), as names; nil for what is none.
    static func parts(_ pointer: String) -> [String]? {
        guard !pointer.isEmpty else { return [] }
        guard pointer.utf8.first == UInt8(ascii: "/") else { return nil }
        return pointer.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map {
            String($0).replacing("~1", with: "/").replacing("~0", with: "~")
        }
    }

    // MARK: Parts

    /// A member, as far as the beginning of its value.
    private mutating func member(of node: Int, _ pieces: inout [Piece]) -> Bool {
        guard place < bytes.count, bytes[place] == UInt8(ascii: "\""), let name = string() else { return false }
        skip()
        guard place < bytes.count, bytes[place] == UInt8(ascii: ":") else { return false }
        place += 1
        skip()
        pieces.append(.text("\(name): "))
        // Names with escapes are rare; they stay as they are written.
        let plain = String(name.dropFirst().dropLast())
        nodes[node].names.insert(plain)
        nodes[node].count += 1
        return value(of: node, named: plain, &pieces)
    }

    private mutating func element(of node: Int, _ pieces: inout [Piece]) -> Bool {
        nodes[node].count += 1
        return value(of: node, named: "\(nodes[node].count - 1)", &pieces)
    }

    private mutating func value(of parent: Int, named name: String, _ pieces: inout [Piece]) -> Bool {
        guard place < bytes.count else { return false }
        let node = nodes.count
        nodes.append(Node(parent: parent, name: name))
        let text: String
        switch bytes[place] {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            nodes[node].isObject = bytes[place] == UInt8(ascii: "{")
            text = nodes[node].isObject ? "{" : "["
            place += 1
        case UInt8(ascii: "\""):
            guard let string = string() else { return false }
            text = string
        default:
            let start = place
            while place < bytes.count, !Self.ends(bytes[place]) { place += 1 }
            guard place > start else { return false }
            text = String(decoding: bytes[start..<place], as: UTF8.self)
        }
        pieces.append(.value(text, at: node, indent: open.count))
        if text == "{" || text == "[" { open.append(node) }
        return true
    }

    /// With its quotation marks.
    private mutating func string() -> String? {
        let start = place
        place += 1
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "\\"): place += 2
            case UInt8(ascii: "\""):
                place += 1
                return String(decoding: bytes[start..<place], as: UTF8.self)
            default: place += 1
            }
        }
        return nil
    }

    private mutating func skip() {
        while place < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[place]) { place += 1 }
    }

    private static func ends(_ byte: UInt8) -> Bool {
        [
            0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ":"),
            UInt8(ascii: "\""), UInt8(ascii: "{"), UInt8(ascii: "["),
        ].contains(byte)
    }
}
