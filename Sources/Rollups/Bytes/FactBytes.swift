/// Appends numbers to a block of bytes: varints (LEB128) and raw words.
package struct FactWriter: ~Copyable {
    package private(set) var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    package private(set) var count = 0

    package init(capacity: Int = 1 << 12) {
        self.capacity = capacity
        base = .allocate(capacity: capacity)
    }

    deinit { base.deallocate() }

    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    @inline(__always)
    package mutating func reserve(_ more: Int) {
        if count + more > capacity { grow(more) }
    }

    @inline(never)
    private mutating func grow(_ more: Int) {
        let grown = max(count + more, capacity * 2)
        let block = UnsafeMutablePointer<UInt8>.allocate(capacity: grown)
        block.update(from: base, count: count)
        base.deallocate()
        base = block
        capacity = grown
    }

    @inline(__always)
    package mutating func byte(_ value: UInt8) {
        reserve(1)
        base[count] = value
        count += 1
    }

    @inline(__always)
    package mutating func varint(_ value: UInt64) {
        reserve(10)
        var value = value
        while value >= 0x80 {
            base[count] = UInt8(truncatingIfNeeded: value) | 0x80
            count += 1
            value >>= 7
        }
        base[count] = UInt8(truncatingIfNeeded: value)
        count += 1
    }

    @inline(__always)
    package mutating func varint(_ value: Int) { varint(UInt64(bitPattern: Int64(value))) }

    /// Small for numbers near zero on either side.
    @inline(__always)
    package mutating func zigzag(_ value: Int64) { varint(UInt64(bitPattern: value << 1 ^ value >> 63)) }

    @inline(__always)
    package mutating func word(_ value: Int64) {
        reserve(8)
        UnsafeMutableRawPointer(base + count).storeBytes(of: value.littleEndian, as: Int64.self)
        count += 8
    }

    /// A number that is not negative; short where it has at most three decimals.
    @inline(__always)
    package mutating func number(_ value: Double) {
        let thousandths = (value * 1000).rounded()
        if thousandths < 1e15, thousandths / 1000 == value { return varint(UInt64(thousandths) << 1) }
        byte(1)
        word(Int64(bitPattern: value.bitPattern))
    }

    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress, bytes.count > 0 else { return }
        reserve(bytes.count)
        UnsafeMutableRawPointer(base + count).copyMemory(from: start, byteCount: bytes.count)
        count += bytes.count
    }

    package mutating func removeAll() { count = 0 }

    /// Drops what came after the first `count` bytes.
    package mutating func truncate(to count: Int) { self.count = min(count, self.count) }
}

/// Reads what ``FactWriter`` wrote. Damaged bytes end the reading early instead of reading past the end.
package struct FactReader {
    private var next: UnsafePointer<UInt8>
    private let end: UnsafePointer<UInt8>

    @inline(__always)
    package init?(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress, bytes.count > 0 else { return nil }
        next = start.assumingMemoryBound(to: UInt8.self)
        end = next + bytes.count
    }

    package var isAtEnd: Bool { next >= end }
    package var rest: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: next, count: end - next) }

    @inline(__always)
    package mutating func byte() -> UInt8 {
        guard next < end else { return 0 }
        defer { next += 1 }
        return next.pointee
    }

    @inline(__always)
    package mutating func varint() -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while next < end, shift < 64 {
            let byte = next.pointee
            next += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        return value
    }

    @inline(__always)
    package mutating func int() -> Int { Int(truncatingIfNeeded: varint()) }

    @inline(__always)
    package mutating func zigzag() -> Int64 {
        let value = varint()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    @inline(__always)
    package mutating func word() -> Int64 {
        guard end - next >= 8 else {
            next = end
            return 0
        }
        defer { next += 8 }
        return Int64(littleEndian: UnsafeRawPointer(next).loadUnaligned(as: Int64.self))
    }

    @inline(__always)
    package mutating func number() -> Double {
        let value = varint()
        if value & 1 == 0 { return Double(value >> 1) / 1000 }
        return Double(bitPattern: UInt64(bitPattern: word()))
    }

    @inline(__always)
    package mutating func bytes(_ count: Int) -> UnsafeRawBufferPointer {
        let count = min(max(count, 0), end - next)
        defer { next += count }
        return UnsafeRawBufferPointer(start: next, count: count)
    }
}
