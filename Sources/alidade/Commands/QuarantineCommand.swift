internal import ArgumentParser

/// `alidade quarantine`: what was refused, and what to do about it.
struct QuarantineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine", abstract: "Look at quarantined messages, replay or discard them.",
        subcommands: [
            QuarantineList.self, QuarantineShow.self, QuarantineReplay.self, QuarantineDiscard.self,
            QuarantineExport.self,
        ])
}
