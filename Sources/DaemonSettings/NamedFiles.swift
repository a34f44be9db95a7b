internal import Files

/// The files that settings name, as they were when they were looked at: tells whose content has changed.
package struct NamedFiles: Sendable {
    /// By the setting's path. A file that cannot be read has none: whoever needs it says so.
    private var prints: [String: Int] = [:]

    package init(of settings: Settings) {
        let tls = settings.broker.tls
        note(tls.caFile, "broker.tls.ca_file")
        note(tls.certificateFile, "broker.tls.certificate_file")
        note(tls.keyFile, "broker.tls.key_file")
        note(try? settings.broker.password(), "broker.password_file")
        note(try? settings.http.token(), "http.token_file")
        note(settings.dashboard.staffFile, "dashboard.staff_file")
        note(try? settings.dashboard.proxy.secret(), "dashboard.proxy.secret_file")
    }

    /// The settings whose files were there before and have another content now.
    package func changes(to new: NamedFiles) -> [String] {
        new.prints.filter { path, print in prints[path].map { $0 != print } ?? false }.keys.sorted()
    }

    /// Itself, but with what `old` saw of the files whose new content needs a restart.
    package func keepingUnread(of old: NamedFiles) -> NamedFiles {
        var result = self
        for key in SettingKey.all where key.effect == .restart { result.prints[key.path] = old.prints[key.path] }
        return result
    }

    private mutating func note(_ file: String?, _ path: String) {
        guard let file, case .success(let bytes) = readWholeFile(file) else { return }
        prints[path] = bytes.hashValue
    }

    private mutating func note(_ secret: Secret?, _ path: String) {
        if let secret { prints[path] = secret.value.hashValue }
    }
}
