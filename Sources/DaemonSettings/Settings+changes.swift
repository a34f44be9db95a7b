internal import Files

/// A setting that has another value than before, as ``Settings/shown`` has them: without passwords.
package struct SettingChange: Sendable, Equatable {
    package var path: String
    package var effect: SettingEffect
    package var from: String
    package var to: String

    package init(path: String, effect: SettingEffect, from: String, to: String) {
        (self.path, self.effect, self.from, self.to) = (path, effect, from, to)
    }
}

extension Settings {
    /// What is different in `new`, in the order of ``SettingKey/all``.
    package func changes(to new: Settings) -> [SettingChange] {
        zip(shown, new.shown).compactMap { old, other in
            var to = other.value
            if old.value == to {
                // Passwords look all the same.
                guard old.key.path == "broker.url", broker.url.map(\.value) != new.broker.url.map(\.value) else {
                    return nil
                }
                to += " (another password)"
            }
            return SettingChange(path: old.key.path, effect: old.key.effect, from: old.value, to: to)
        }
    }

    /// `new`, but with these settings' values where a change needs a restart: what counts after a reload.
    package func takingOver(_ new: Settings) -> Settings {
        var result = new
        for section in SettingSection.allCases where section.effect == .restart { section.keep(self, in: &result) }
        result.shown = zip(shown, new.shown).map { $0.key.effect == .restart ? $0 : $1 }
        return result
    }
}
