internal import ArgumentParser
internal import Events
internal import Store
internal import Terminal

/// `alidade store init`: a store that is meant to be new.
struct StoreInitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Make a new, empty store, or accept one that has taken another's place.",
        discussion: """
            The daemon makes its first store by itself. Where one was and is gone, or another one is in its place, it does not start (under \
            systemd, which gives it a folder to remember that in), because a file system may only not be mounted. This command says what is \
            meant; the next start takes the store over. Made by root, the store belongs to the owner of its folder.

            Examples:
              alidade store init
              alidade store init --existing
            """)

    @Flag(help: "Accept the store that is there, instead of making one.") var existing = false
    @OptionGroup var common: CommonOptions

    func run() throws {
        let location = try common.settings().storeLocation()
        let identity = existing ? try StoreInit.accept(location) : try StoreInit.make(location)
        guard common.json else {
            return Output.print("\(location.path): \(existing ? "accepted" : "made") store \(identity.id)")
        }
        var json = JSONText()
        json.object { json in
            json.member("file", location.path)
            json.member("id", identity.id)
            json.member("action", existing ? "accept" : "make")
        }
        Output.print(json: json.text)
    }
}
