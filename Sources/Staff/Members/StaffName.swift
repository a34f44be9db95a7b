/// What a member of the staff may be called: 1 to 64 letters, digits, `.`, `_`, `@` and `-`.
///
/// Nothing else: a name stands in headers, in logs, on pages and in a file whose fields end with a colon.
package enum StaffName {
    package static let longest = 64
    package static let rule = "1 to 64 of A-Z a-z 0-9 . _ @ -, not beginning with -"

    package static func isValid(_ name: some StringProtocol) -> Bool {
        let bytes = name.utf8
        guard let first = bytes.first, bytes.count <= longest, first != UInt8(ascii: "-") else { return false }
        return bytes.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "@"),
                UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }
}
