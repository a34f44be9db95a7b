/// Where in the document something is, cheap to make; its JSON Pointer is built only for an error.
enum Place {
    case document
    case member(StaticString)
    /// A member with a free name.
    case root(Text)
    /// An entry of the array that is the member.
    case element(StaticString, Int)
    /// A member of an entry of the array that is the member.
    case elementMember(StaticString, Int, StaticString)
    /// A known member of the object that is the member.
    case child(StaticString, StaticString)
    /// A member with a free name of the object that is the member.
    case entry(StaticString, Text)

    /// RFC 6901.
    var pointer: String {
        switch self {
        case .document: ""
        case .member(let name): "/\(name)"
        case .root(let name): "/" + Self.escape(name.start(Self.shownScalars))
        case .element(let name, let index): "/\(name)/\(index)"
        case .elementMember(let name, let index, let member): "/\(name)/\(index)/\(member)"
        case .child(let name, let member): "/\(name)/\(member)"
        case .entry(let name, let key): "/\(name)/" + Self.escape(key.start(Self.shownScalars))
        }
    }

    /// The name of the last step, for a sentence.
    var name: String {
        switch self {
        case .document: "the document"
        case .member(let name), .element(let name, _): "\(name)"
        case .elementMember(_, _, let member), .child(_, let member): "\(member)"
        case .root(let key), .entry(_, let key): key.start(Self.shownScalars)
        }
    }

    /// A free name may be as long as a message; it is cut, and is then no pointer any more but still tells a person where to look.
    private static let shownScalars = 128

    static func escape(_ token: String) -> String {
        var escaped = ""
        for scalar in token.unicodeScalars {
            switch scalar {
            case "~": escaped += "~0"
            case "/": escaped += "~1"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
