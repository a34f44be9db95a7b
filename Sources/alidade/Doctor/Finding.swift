/// What one check found.
struct Finding: Sendable, Equatable {
    enum Status: String, Sendable {
        case ok
        /// It works, and somebody should look at it.
        case warning
        /// It does not work, or loses messages.
        case problem
    }

    /// "virtual host": the same words whatever was found.
    var check: String
    var status: Status
    /// Never holds a secret.
    var finding: String
    /// What people can do about it.
    var remedy: String?

    static func ok(_ check: String, _ finding: String) -> Finding {
        Finding(check: check, status: .ok, finding: finding)
    }

    static func warning(_ check: String, _ finding: String, remedy: String) -> Finding {
        Finding(check: check, status: .warning, finding: finding, remedy: remedy)
    }

    static func problem(_ check: String, _ finding: String, remedy: String) -> Finding {
        Finding(check: check, status: .problem, finding: finding, remedy: remedy)
    }

    /// A check that needs what another one did not find. Not known is not ok.
    static func notTried(_ check: String, because reason: String) -> Finding {
        Finding(check: check, status: .warning, finding: "not tried because \(reason)", remedy: nil)
    }
}
