internal import ArgumentParser

/// The option of commands that look with the daemon's eyes.
struct DaemonUserOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Run by root: the user with whose rights files are judged (default: alidade, if there is such a user).",
            valueName: "name"))
    var user: String?
}
