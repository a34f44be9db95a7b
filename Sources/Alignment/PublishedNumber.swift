/// A number as it is published: one decimal, half to even.
///
/// The number is rounded as what it is, not as what its shortest decimal says: 0.35 is a double a little below 35/100 and becomes 0.3,
/// 0.25 is exactly a quarter and becomes 0.2. Rounding is the last thing done; the store keeps the double.
package struct PublishedNumber: Sendable, Equatable, CustomStringConvertible {
    package let tenths: Int

    package init(_ number: Double) {
        precondition(number.isFinite && abs(number) < 1e15, "alignment numbers are small")
        let scaled = number * 10
        let rounded = scaled.rounded(.toNearestOrEven)
        // Where ×10 lands on a half, what the multiplication lost says on which side the number really is.
        let lost = (-scaled).addingProduct(number, 10)
        if abs(scaled - rounded) == 0.5, lost != 0 {
            tenths = Int(scaled.rounded(lost > 0 ? .up : .down))
        } else {
            tenths = Int(rounded)
        }
    }

    package var value: Double { Double(tenths) / 10 }

    package var description: String {
        "\(tenths < 0 ? "-" : "")\(tenths.magnitude / 10).\(tenths.magnitude % 10)"
    }
}
