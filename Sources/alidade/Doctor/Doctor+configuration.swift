internal import Alignment
internal import DaemonSettings
internal import Glibc

extension Doctor {
    /// Nil where the daemon would not start with it; then there is a finding for each mistake.
    mutating func checkConfiguration() -> Settings? {
        let check = "configuration"
        do {
            let settings = try common.settings()
            _ = try BrokerConfiguration(settings)
            _ = try settings.eventStore()
            _ = try settings.dashboardSettings()
            let source = settings.file ?? "no file; defaults and environment"
            add(
                .ok(check, user.map { "\(source); what it names is judged as \($0.name), the daemon's user" } ?? source)
            )
            return settings
        } catch let errors as SettingsErrors {
            for line in errors.lines {
                let isSecret = line.contains("could not read") && geteuid() != 0
                add(.problem(check, line, remedy: isSecret ? Self.secretRemedy : Self.configurationRemedy))
            }
        } catch { add(.problem(check, "\(error)", remedy: Self.configurationRemedy)) }
        return nil
    }

    private static let configurationRemedy =
        "correct it; `alidade config show` prints every key with where it comes from"

    /// Secrets that systemd hands to the daemon belong to root.
    private static let secretRemedy =
        "run the doctor as root: it reads secrets as systemd does, and judges the rest as the daemon"

    mutating func checkModels(_ settings: Settings) {
        for (key, name) in [("model", settings.alignment.model), ("shadow", settings.alignment.shadow)] {
            guard let name else { continue }
            do throws(Failure) {
                add(.ok("model", ModelInUse(setting: key, model: try loadAlignmentModel(named: name)).title))
            } catch {
                add(.problem("model", error.message, remedy: "correct alignment.\(key), or install the model's file"))
            }
        }
    }
}
