internal import ArgumentParser
internal import DaemonSettings
internal import JSON
internal import Staff
internal import Terminal

/// `alidade staff link`
struct StaffLink: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "link", abstract: "Print a link that signs a member in, once, within ten minutes.",
        discussion: """
            For a look through an SSH tunnel, for a member without a password, and for one who has forgotten it. Whoever opens the link has to \
            press a button, so a chat program that looks at it does not use it up. It leads to dashboard.url, or else to http.listen.

            It is kept, as a digest, in a file beside the store; run it as root or as the daemon's user.

            Examples:
              alidade staff link alice
              alidade staff link alice --json
            """)

    @Argument(help: ArgumentHelp("The member's name.", valueName: "name")) var name: String
    @OptionGroup var common: CommonOptions

    func run() throws {
        let (path, settings) = try common.staffFile()
        let member = try StaffMember.find(name, in: path)
        let origin = try settings.pagesOrigin()
        guard let links = settings.links else {
            throw ExitStatus.failed.error(
                "store.url has no folder on this machine, where the daemon would find the link")
        }
        let token: String
        do throws(OneTimeLinksError) { token = try links.make(for: member) } catch {
            throw ExitStatus.failed.error("\(error); run it as root or as the daemon's user, once the store is there")
        }
        let url = origin + OneTimeLinks.target(token)
        guard common.json else { return Output.print("\(url)") }
        var json = JSONText()
        json.object { json in
            json.member("name", name)
            json.member("url", url)
            json.member("minutes", Int64(OneTimeLinks.lifetime.components.seconds / 60))
        }
        Output.print(json: json.text)
    }
}

extension Settings {
    /// `https://telemetry.example.org`, without a slash at the end.
    func pagesOrigin() throws -> String {
        if let text = dashboard.url {
            guard let url = DashboardURL(text) else {
                throw ExitStatus.configuration.error("dashboard.url: it is not https://HOST or http://HOST:PORT")
            }
            return url.origin
        }
        guard let (host, port) = http.address, port != 0 else {
            throw ExitStatus.configuration.error(
                "where the pages are is not known; set dashboard.url, or http.listen with a port")
        }
        // Where it listens on every address, this machine is one of them.
        guard let address = PeerAddress(host) else { return "http://\(host):\(port)" }
        let reachable = address.isUnspecified ? (address.isIPv4 ? "127.0.0.1" : "[::1]") : nil
        return "http://\(reachable ?? (address.isIPv4 ? host : "[\(host)]")):\(port)"
    }
}
