/// Whether a request that changes something comes from one of our own pages.
package enum OriginRules {
    package enum Verdict: Sendable, Equatable {
        case allowed
        case refused(Reason)
    }

    package enum Reason: Sendable, Equatable {
        /// `Sec-Fetch-Site` says so: `cross-site`, `same-site`, `none`, or something unknown.
        case otherSite(String)
        case otherOrigin
        /// Neither header: no browser of the last years.
        case unknownOrigin
        case repeated
    }

    /// - Parameters:
    ///   - secFetchSite: Every occurrence of the header. Browsers leave it out on plain http, except to loopback.
    ///   - origin: Every occurrence of the header, which counts where `Sec-Fetch-Site` is missing.
    ///   - own: ``HostRules/origin(of:)``.
    package static func judge(secFetchSite: [String], origin: [String], own: String?) -> Verdict {
        guard secFetchSite.count <= 1, origin.count <= 1 else { return .refused(.repeated) }
        if let site = secFetchSite.first {
            return site == "same-origin" ? .allowed : .refused(.otherSite(String(site.prefix(32))))
        }
        guard let origin = origin.first else { return .refused(.unknownOrigin) }
        return origin == own ? .allowed : .refused(.otherOrigin)
    }
}
