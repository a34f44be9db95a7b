internal import AMQP
internal import Alignment
internal import DaemonSettings
internal import Store

extension Doctor {
    /// Nil where the daemon would not start with it; then there is a finding for each mistake.
    mutating func checkConfiguration() -> Settings? {
        let check = "configuration"
        do {
            let settings = try common.settings()
            _ = try BrokerConfiguration(settings)
            _ = try settings.storeLocation()
            add(.ok(check, settings.file ?? "no file; defaults and environment"))
            return settings
        } catch let errors as SettingsErrors {
            for line in errors.lines {
                let isCredential = line.contains("CREDENTIALS_DIRECTORY")
                add(.problem(check, line, remedy: isCredential ? Self.credentialRemedy : Self.configurationRemedy))
            }
        } catch { add(.problem(check, "\(error)", remedy: Self.configurationRemedy)) }
        return nil
    }

    private static let configurationRemedy =
        "correct it; `alidade config show` prints every key with where it comes from"

    /// The unit's secrets exist only while it runs.
    private static let credentialRemedy =
        "systemd-run --pipe --wait -p LoadCredential=NAME:FILE (as the unit has it) -p User=USER alidade doctor"

    mutating func checkModels(_ settings: Settings) {
        for (key, name) in [("model", settings.alignment.model), ("shadow", settings.alignment.shadow)] {
            guard let name else { continue }
            do throws(Failure) {
                let model = try loadAlignmentModel(named: name)
                add(.ok("model", "\(name): \(model.name) \(model.version)"))
            } catch {
                add(.problem("model", error.message, remedy: "correct alignment.\(key), or install the model's file"))
            }
        }
    }
}
