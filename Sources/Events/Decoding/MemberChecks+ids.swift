extension MemberChecks {
    /// A string of `length` characters or an integer of 64 bits, which is kept as its decimal text.
    @inline(__always)
    mutating func id(
        _ value: Int, _ length: ClosedRange<Int>, at place: Place, _ batch: DeliveryBatch
    ) -> ByteRange? {
        if tape.isAbsent(value) { return nil }
        if tape.isKind(value, .string) {
            return text(value, length, at: place).map { batch.bytes.append($0.raw) }
        }
        return integerID(value, at: place, batch)
    }

    @inline(never)
    private mutating func integerID(_ value: Int, at place: Place, _ batch: DeliveryBatch) -> ByteRange? {
        switch tape.letter(value) {
        case Tape.Kind.signed.rawValue: return append(tape.signed(value), to: batch)
        case Tape.Kind.unsigned.rawValue: return append(tape.unsigned(value), to: batch)
        case Tape.Kind.double.rawValue where !isOdd(value):
            if let exact = Int64(exactly: tape.double(value)) { return append(exact, to: batch) }
            let isIntegral = tape.double(value) == tape.double(value).rounded()
            guard isIntegral else { break }
            fallthrough
        case Tape.Kind.double.rawValue:
            guard isWorthWords() else { return nil }
            report(.outOfRange, at: place, "\(show(value)) is an integer of more than 64 bits")
            return nil
        default: break
        }
        reportType(value, "a string or an integer", at: place)
        return nil
    }

    private func append(_ number: some FixedWidthInteger, to batch: DeliveryBatch) -> ByteRange {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var start = 20
            var rest = number.magnitude
            repeat {
                start -= 1
                digits[start] = 48 + UInt8(rest % 10)
                rest /= 10
            } while rest > 0
            if number < 0 {
                start -= 1
                digits[start] = UInt8(ascii: "-")
            }
            return batch.bytes.append(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(digits)[start...]))
        }
    }
}
