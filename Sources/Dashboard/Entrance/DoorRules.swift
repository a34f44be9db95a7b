package import Files
internal import Staff

/// Who may come in, as the settings and the staff file say it at the moment.
package struct DoorRules: Sendable {
    package var settings: DashboardSettings
    /// What programs show to read.
    package var token: Secret?
    /// The dimensions that the settings declare.
    package var declared: [String]

    package init(_ settings: DashboardSettings = DashboardSettings(), token: Secret? = nil, declared: [String] = []) {
        self.settings = settings
        self.token = token
        self.declared = declared
    }

    /// Nobody can come in: the pages are off.
    var isShut: Bool { settings.staff == nil && settings.proxy.userHeader == nil }
}
