internal import Staff

/// One address: what it answers, in which formats, and who may have it.
struct Route: Sendable {
    /// As Hummingbird writes it: `/telemetry/signals/:name/`.
    let path: String
    let formats: [PageFormat]
    /// Any of them will do.
    let roles: [StaffRole]
    let make: PageMaker

    static func page(
        _ path: String, _ formats: [PageFormat] = [.html], for roles: StaffRole..., make: @escaping PageMaker
    ) -> Route {
        Route(path: path, formats: formats, roles: roles.isEmpty ? [.analyst] : roles, make: make)
    }

    /// The paths of all formats. Where the path ends in a name, which may have anything in it, the format is told from the end of the
    /// request's path: nil.
    var paths: [(path: String, format: PageFormat?)] {
        guard !path.hasSuffix(":name/") else { return [(path, nil)] }
        return formats.map { format in
            guard format != .html else { return (path, .html) }
            return ("\(path.hasSuffix("/") ? path.dropLast() : path[...]).\(format.rawValue)", format)
        }
    }

    func format(of requestPath: String) -> PageFormat {
        formats.first { $0 != .html && requestPath.hasSuffix(".\($0.rawValue)") } ?? .html
    }
}
