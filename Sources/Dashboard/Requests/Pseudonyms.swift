internal import Synchronization

/// Names that stand for administrators on one page: `A1` is who comes first on it. For slides.
package final class Pseudonyms: Sendable {
    private let known = Mutex<[Int64: Int]>([:])

    package init() {}

    package func name(of id: Int64) -> String {
        known.withLock { known in
            let number = known[id] ?? known.count + 1
            known[id] = number
            return "A\(number)"
        }
    }
}
