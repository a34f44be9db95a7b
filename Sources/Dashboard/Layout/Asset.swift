internal import CCrypto

/// A file that pages need, served under the sum of its content, so that a browser may keep it for good.
struct Asset: Sendable {
    static let style = Asset(PackageResources.style_css, "css", "text/css; charset=utf-8")
    static let script = Asset(PackageResources.app_js, "js", "text/javascript; charset=utf-8")
    static let icon = Asset(PackageResources.icon_svg, "svg", "image/svg+xml")
    static let all = [style, script, icon]

    let name: String
    let contentType: String
    let bytes: [UInt8]
    var path: String { "/telemetry/static/\(name)" }

    private init(_ source: [UInt8], _ ending: String, _ contentType: String) {
        let bytes = ending == "css" ? Self.withoutComments(source) : source
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        SHA256(bytes, bytes.count, &digest)
        let hex = digest.prefix(8).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
        name = "\(hex).\(ending)"
        self.contentType = contentType
        self.bytes = bytes
    }

    /// What is written for those who read the file is not sent. No text of the style sheet has `/*` in it.
    private static func withoutComments(_ source: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        var isComment = false
        var index = 0
        while index < source.count {
            let pair = index + 1 < source.count ? (source[index], source[index + 1]) : (source[index], 0)
            switch (pair.0, pair.1, isComment) {
            case (UInt8(ascii: "/"), UInt8(ascii: "*"), false): (isComment, index) = (true, index + 2)
            case (UInt8(ascii: "*"), UInt8(ascii: "/"), true): (isComment, index) = (false, index + 2)
            // An empty line says nothing either.
            case (UInt8(ascii: "\n"), UInt8(ascii: "\n"), _): index += 1
            // Nor does a space at the beginning of a line or of a declaration.
            case (UInt8(ascii: " "), _, false) where bytes.last.map(Self.needsNoSpace) == true: index += 1
            default:
                if !isComment { bytes.append(pair.0) }
                index += 1
            }
        }
        return bytes
    }

    /// What no space need stand behind in a style sheet.
    private static func needsNoSpace(_ byte: UInt8) -> Bool {
        [UInt8(ascii: "\n"), UInt8(ascii: "{"), UInt8(ascii: ";")].contains(byte)
    }
}
