#if SEEDED_BUGS
internal import Glibc

/// Bugs that the tests put in on purpose, to prove that reconciliation finds them. Debug builds only; chosen by `ALIDADE_SEEDED_BUG`.
enum SeededBug: Equatable {
    /// Acknowledges a batch before it is committed.
    case acknowledgeFirst
    /// Dies over a message whose body contains the text.
    case crashOn(String)

    static let current: SeededBug? = {
        guard let value = getenv("ALIDADE_SEEDED_BUG") else { return nil }
        let name = String(cString: value)
        if name == "acknowledge-first" { return .acknowledgeFirst }
        if name.hasPrefix("crash-on:") { return .crashOn(String(name.dropFirst("crash-on:".count))) }
        return nil
    }()

    static func dieIfAsked(over body: UnsafeRawBufferPointer) {
        guard case .crashOn(let text) = current else { return }
        if String(decoding: body, as: UTF8.self).contains(text) { abort() }
    }
}
#endif
