/// What an operator has to see coming: none of it stops the daemon today.
package struct OperationFigures: Sendable, Equatable {
    /// When a certificate ends, in seconds since the epoch.
    package struct Certificate: Sendable, Equatable {
        /// `broker`, `client` or `authorities`.
        package var role: String
        package var expiresAt: Double

        package init(role: String, expiresAt: Double) {
            self.role = role
            self.expiresAt = expiresAt
        }
    }

    package var certificates: [Certificate] = []
    /// Of the last reload, or of the start; nil where neither has been.
    package var wasReloadSuccessful: Bool?
    /// When settings were last taken up, in seconds since the epoch.
    package var reloadedAt: Double?
    /// Messages in quarantine that were neither replayed nor discarded.
    package var unresolvedQuarantine: Int?
    /// When a verified backup of this store was last finished, in seconds since the epoch; nil where there was none.
    package var backedUpAt: Double?
    /// What the file system of the store has left for the daemon.
    package var freeBytes: Double?

    package init() {}

    func write(to page: inout PrometheusText) {
        page.family(
            "alidade_quarantine_unresolved_messages", .gauge,
            "Messages in quarantine that were neither replayed nor discarded.", unresolvedQuarantine.map(Double.init))
        page.family(
            "alidade_store_free_bytes", .gauge, "What the file system of the store has left for the daemon.", freeBytes)
        page.family(
            "alidade_last_backup_timestamp_seconds", .gauge,
            "When a verified backup of the store was last finished, in Unix time.", backedUpAt)
        page.family(
            "alidade_certificate_expiry_timestamp_seconds", .gauge,
            "When a certificate ends, in Unix time: the broker's as last seen, ours, and the authorities'.",
            certificates.map { ([("certificate", $0.role)], $0.expiresAt) })
        page.family(
            "alidade_config_last_reload_successful", .gauge,
            "1 where the settings were taken up at the last reload, or at the start.",
            wasReloadSuccessful.map { $0 ? 1 : 0 })
        page.family(
            "alidade_config_last_reload_success_timestamp_seconds", .gauge,
            "When settings were last taken up, in Unix time.", reloadedAt)
    }
}
