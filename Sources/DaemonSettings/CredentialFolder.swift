/// Where a secret lies that a setting names without a slash: a systemd credential (`LoadCredential=`).
package enum CredentialFolder {
    /// In a service, the folder that systemd made for it. For a command by hand, the folder from which the delivered units take them:
    /// the configuration's own, and for `/etc/alidade/NAME.yaml` of `alidade@NAME.service` the folder `/etc/alidade/NAME`.
    package static func path(environment: [String: String], configuration file: String?) -> String {
        if let made = environment["CREDENTIALS_DIRECTORY"], !made.isEmpty { return made }
        let file = file ?? Settings.defaultFile
        let name = file.split(separator: "/").last.map(String.init) ?? file
        let folder = file.hasSuffix("/\(name)") ? String(file.dropLast(name.utf8.count + 1)) : "."
        let stem = name.hasSuffix(".yaml") ? String(name.dropLast(5)) : name
        return stem == "alidade" ? folder : "\(folder)/\(stem)"
    }
}
