internal import Staff

/// What the navigation leads to.
enum Section: String, CaseIterable {
    case overview = "Overview"
    case events = "Recommendations"
    case outcomes = "Outcomes"
    case activity = "Activity"
    case sessions = "Sessions"
    case alignment = "Alignment"
    case quality = "Quality"
    case metrics = "Metrics"
    case quarantine = "Quarantine"
    case live = "Live"
    case operations = "Operations"
    case `where` = "Find"
    case definitions = "Definitions"

    var path: String {
        switch self {
        case .overview: "/telemetry/"
        default: "/telemetry/\(self)/"
        }
    }

    /// The others stand at the bottom of every page.
    static let navigation = allCases.filter { $0 != .where && $0 != .definitions }

    var role: StaffRole { self == .operations ? .auditor : .analyst }
}
