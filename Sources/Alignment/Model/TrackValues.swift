/// One number per track of a model, in the model's track order, without an allocation.
package struct TrackValues: Sendable {
    /// A model with more tracks is refused when it is loaded.
    package static let capacity = 16

    private var values = InlineArray<16, Double>(repeating: 0)
    package let count: Int

    package init(count: Int) {
        precondition(count <= Self.capacity, "the loader bounds the number of tracks")
        self.count = count
    }

    package subscript(track: Int) -> Double {
        @inline(__always) get { values[track] }
        @inline(__always) set { values[track] = newValue }
    }

    package var array: [Double] { (0..<count).map { self[$0] } }
}
