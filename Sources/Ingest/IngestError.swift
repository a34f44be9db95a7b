package import Store

/// Why the loop ended.
package enum IngestError: Error, Sendable, CustomStringConvertible {
    case source(DeliverySourceError)
    case store(StoreError)

    package var description: String {
        switch self {
        case .source(let error): error.description
        case .store(let error): error.description
        }
    }
}
