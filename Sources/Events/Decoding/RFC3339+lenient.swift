extension RFC3339 {
    /// Reads what is no RFC 3339 and can be nothing else: a time without seconds (`12:00Z`), an offset without a colon (`+0300`) or without
    /// minutes (`+03`, as PostgreSQL writes it), and, where that is wanted, a time without an offset as one in UTC.
    ///
    /// Answers as ``parse(_:)-(UnsafeRawBufferPointer)`` does. Completes the text and parses that.
    static func parseLeniently(
        _ text: UnsafeRawBufferPointer, naiveTimes: DecodingLimits.NaiveTimes
    ) -> Result<Timestamp, Failure> {
        guard text.count >= 16, text.count <= longest else { return .failure(.malformed) }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: longest + 8) { complete in
            var count = 0
            func append(_ bytes: some Sequence<UInt8>) {
                for byte in bytes {
                    complete[count] = byte
                    count += 1
                }
            }
            append(text[..<16])
            var rest = text[16...]
            if rest.first != UInt8(ascii: ":") { append(":00".utf8) }
            let clock = rest.prefix {
                $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") && $0 | 0x20 != UInt8(ascii: "z")
            }
            append(clock)
            rest = rest.dropFirst(clock.count)
            append(rest)
            switch rest.count {
            case 0 where naiveTimes == .utc: append(CollectionOfOne(UInt8(ascii: "Z")))
            case 3: append(":00".utf8)
            case 5 where !rest.contains(UInt8(ascii: ":")):
                let minutes = (complete[count - 2], complete[count - 1])
                complete[count - 2] = UInt8(ascii: ":")
                complete[count - 1] = minutes.0
                append(CollectionOfOne(minutes.1))
            default: break
            }
            return parse(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(complete)[..<count]))
        }
    }

    /// More than a time with nine fractional digits has.
    private static var longest: Int { 40 }
}
