package import Staff
package import TimeZones

/// What `dashboard` in the configuration comes to: who may come in, and how pages are shown.
package struct DashboardSettings: Sendable {
    package var url: DashboardURL?
    /// Nil where none is configured. One that is configured and cannot be read is a fault of the configuration.
    package var staff: StaffFile?
    package var sessions: SessionBook.Limits
    package var proxy: ProxyRules
    /// Where *Log out* leads for whoever comes through the proxy.
    package var logoutURL: String?
    /// Nil where the store has no folder to keep them in.
    package var links: OneTimeLinks?
    package var timeZone: TimeZone
    /// Nil for no live numbers.
    package var refresh: Duration?
    /// Whether operators may see a masked value.
    package var mayReveal: Bool

    package init(
        url: DashboardURL? = nil, staff: StaffFile? = nil, sessions: SessionBook.Limits = SessionBook.Limits(),
        proxy: ProxyRules = ProxyRules(), logoutURL: String? = nil, links: OneTimeLinks? = nil,
        timeZone: TimeZone = .utc, refresh: Duration? = .seconds(2), mayReveal: Bool = true
    ) {
        self.url = url
        self.staff = staff
        self.sessions = sessions
        self.proxy = proxy
        self.logoutURL = logoutURL
        self.links = links
        self.timeZone = timeZone
        self.refresh = refresh
        self.mayReveal = mayReveal
    }

    /// Whether there is any way in; without one there are no pages.
    package var isOn: Bool { staff != nil || proxy.userHeader != nil }
}
