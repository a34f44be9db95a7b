extension NameRegistry {
    /// The number of an administrator, who is named by the decimal digits of the id.
    package mutating func id(ofAdmin id: Int64) -> Int {
        var digits = (UInt64(0), UInt64(0), UInt64(0))
        return withUnsafeMutableBytes(of: &digits) { space in self.id(.admin, Self.decimal(id, in: space)) }
    }

    /// At the end of `space`.
    private static func decimal(_ id: Int64, in space: UnsafeMutableRawBufferPointer) -> UnsafeRawBufferPointer {
        var first = space.count
        var rest = id
        repeat {
            first -= 1
            space[first] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        } while rest > 0 && first > 0
        return UnsafeRawBufferPointer(rebasing: space[first...])
    }
}
