/// What a result looks like; the schema documents and the *Metrics* page are made from it.
package indirect enum MetricShape: Sendable {
    case count
    /// From 0 to 1, or null where its denominator is 0.
    case rate
    /// Null where there is nothing to compute it from.
    case number(unit: String)
    case constant(Double)
    case identifier
    case text
    case optionalBoolean
    case object([Member])
    /// An object whose names are data.
    case map(of: String, MetricShape)
    /// An object whose names are data, but for these members at its end.
    case mapWith(of: String, MetricShape, [Member])
    /// An object whose names are these.
    case words([String], MetricShape)
    /// The same with other members beside them.
    case wordsBeside([String], MetricShape, [Member])
    case array(of: MetricShape, count: ClosedRange<Int>)

    package struct Member: Sendable {
        package let name: String
        package let shape: MetricShape
        package let meaning: String

        package init(_ name: String, _ shape: MetricShape, _ meaning: String) {
            self.name = name
            self.shape = shape
            self.meaning = meaning
        }
    }
}
