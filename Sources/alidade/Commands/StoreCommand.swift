internal import ArgumentParser

/// `alidade store`: the file that everything is kept in.
struct StoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store", abstract: "Check, back up or rebuild the store while the daemon runs, or make a new one.",
        subcommands: [StoreCheckCommand.self, StoreBackupCommand.self, StoreRebuildCommand.self, StoreInitCommand.self])
}
