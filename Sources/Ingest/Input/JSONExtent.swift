/// Finds where an object or array ends that may go over several lines; the text may come in pieces.
///
/// Brackets are counted and not matched: what is balanced and still no JSON is one bad message. What shows that the value is broken, and
/// where the next one begins, is a line break inside a string and an object at the start of a line where no value can stand.
struct JSONExtent {
    enum State: Equatable {
        case open
        /// Ends before this place.
        case closed(Int)
        /// Broken; the next line that may begin something else begins here.
        case broken(Int)
    }

    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    /// A string was left open at the end of a line: everything up to a line that begins an object belongs to the broken value.
    private(set) var isBroken = false
    /// The last byte that is no white space.
    private var last: UInt8 = 0
    private var isAtLineStart = false
    /// How much has been looked at.
    private(set) var scanned = 0

    /// Goes on with what is new in `text`, which begins with the value.
    mutating func scan(_ text: UnsafeRawBufferPointer) -> State {
        while scanned < text.count {
            let byte = text[scanned]
            let startsLine = isAtLineStart
            isAtLineStart = byte == 0x0A
            if startsLine, byte == UInt8(ascii: "{"), isBroken || depth > 0 && !mayHoldObject {
                return .broken(scanned)
            }
            scanned += 1
            if isBroken { continue }
            if isInString {
                inString(byte)
                continue
            }
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D: continue
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 { return .closed(scanned) }
            default: break
            }
            last = byte
        }
        return .open
    }

    /// Goes on with text that no longer has what was scanned so far.
    mutating func forget() { scanned = 0 }

    private mutating func inString(_ byte: UInt8) {
        if byte == 0x0A {
            isBroken = true
        } else if isEscaped {
            isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
            isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
            isInString = false
        }
    }

    /// Whether an object can come next.
    private var mayHoldObject: Bool {
        last == UInt8(ascii: ",") || last == UInt8(ascii: "[") || last == UInt8(ascii: ":")
    }
}
