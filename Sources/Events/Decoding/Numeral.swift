import Glibc

/// A number whatever it is written as.
enum Numeral {
    case integer(Int64)
    case double(Double)

    var double: Double {
        switch self {
        case .integer(let number): Double(number)
        case .double(let number): number
        }
    }

    var hash: UInt64 {
        switch self {
        case .integer(let number): ContentHash.hash(number)
        case .double(let number): ContentHash.hash(number)
        }
    }
}

extension Numeral {
    /// By the grammar of a JSON number; nil for any other text, and for a number out of reach.
    init?(_ text: Text) {
        guard let spelling = Spelling(text.bytes) else { return nil }
        if let value = spelling.value {
            self = value
        } else if let integer = Int64(text.string) {
            self = .integer(integer)
        } else {
            // simdjson ends its strings with a zero.
            let number = strtod(UnsafeRawPointer(text.base).assumingMemoryBound(to: CChar.self), nil)
            guard number.isFinite else { return nil }
            self = .double(number)
        }
    }

    /// What a number is written with.
    private struct Spelling {
        private let bytes: UnsafeBufferPointer<UInt8>
        private var next = 0
        private let isNegative: Bool
        /// The digits before the exponent as one integer; of use where they are few.
        private var digits: UInt64 = 0
        private var wholeCount = 0
        private var fractionCount = 0
        private var hasExponent = false

        private static let longest = 400
        /// So many digits are an integer below 2^53, and ten to their count is a double as well.
        private static let exactDigits = 15

        init?(_ bytes: UnsafeBufferPointer<UInt8>) {
            guard bytes.count <= Self.longest else { return nil }
            self.bytes = bytes
            isNegative = bytes.first == UInt8(ascii: "-")
            if isNegative { next = 1 }
            let beginsWithZero = isNext(UInt8(ascii: "0"))
            wholeCount = takeDigits()
            guard wholeCount == 1 || (wholeCount > 1 && !beginsWithZero) else { return nil }
            if isNext(UInt8(ascii: ".")) {
                next += 1
                fractionCount = takeDigits()
                guard fractionCount > 0 else { return nil }
            }
            if next < bytes.count, bytes[next] | 0x20 == UInt8(ascii: "e") {
                next += 1
                if isNext(UInt8(ascii: "+")) || isNext(UInt8(ascii: "-")) { next += 1 }
                hasExponent = true
                guard takeDigits() > 0 else { return nil }
            }
            guard next == bytes.count else { return nil }
        }

        /// Nil where it takes more than one operation that is exact.
        var value: Numeral? {
            guard !hasExponent, wholeCount + fractionCount <= Self.exactDigits else { return nil }
            if fractionCount == 0 { return .integer(isNegative ? -Int64(digits) : Int64(digits)) }
            var scale = 1.0
            for _ in 0..<fractionCount { scale *= 10 }
            let magnitude = Double(digits) / scale
            return .double(isNegative ? -magnitude : magnitude)
        }

        private mutating func takeDigits() -> Int {
            let first = next
            while let digit = Self.digit(bytes, next) {
                digits = digits &* 10 &+ digit
                next += 1
            }
            return next - first
        }

        private func isNext(_ byte: UInt8) -> Bool { next < bytes.count && bytes[next] == byte }

        private static func digit(_ bytes: UnsafeBufferPointer<UInt8>, _ place: Int) -> UInt64? {
            guard place < bytes.count, bytes[place] >= UInt8(ascii: "0"), bytes[place] <= UInt8(ascii: "9") else {
                return nil
            }
            return UInt64(bytes[place] - UInt8(ascii: "0"))
        }
    }
}
