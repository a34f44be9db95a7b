/// A number of bytes as people read it: `1.5 GiB`.
package struct ByteCount: CustomStringConvertible {
    private let bytes: UInt64

    package init(_ bytes: some BinaryInteger) { self.bytes = UInt64(clamping: bytes) }

    package var description: String {
        let units = ["KiB", "MiB", "GiB", "TiB"]
        guard bytes >= 1024 else { return "\(bytes) bytes" }
        var tenths = bytes * 10 / 1024
        var unit = 0
        while tenths >= 10_240, unit < units.count - 1 {
            tenths /= 1024
            unit += 1
        }
        return "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }
}
