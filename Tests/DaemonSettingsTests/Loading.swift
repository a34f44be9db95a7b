import DaemonSettings

/// The settings that come of a file's text and an environment.
func load(_ yaml: String, environment: [String: String] = [:]) throws -> Settings {
    let file = try TemporaryFile(yaml)
    return try Settings.load(file: file.path, environment: environment)
}

/// What is wrong with them, a line each, the file called FILE; empty where nothing is.
func problems(_ yaml: String, environment: [String: String] = [:]) throws -> [String] {
    let file = try TemporaryFile(yaml)
    do throws(SettingsErrors) {
        _ = try Settings.load(file: file.path, environment: environment)
        return []
    } catch {
        return error.lines.map { line in
            line.hasPrefix(file.path) ? "FILE" + line.dropFirst(file.path.count) : line
        }
    }
}
