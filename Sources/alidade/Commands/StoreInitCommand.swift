internal import ArgumentParser
internal import JSON
internal import Store
internal import Terminal

/// `alidade store init`: a store that is meant to be new.
struct StoreInitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Make a new, empty store, or accept one that has taken another's place.",
        discussion: """
            The daemon makes its first store by itself. If its store is gone later, or another one is in its place, it does not start: perhaps \
            a file system is not mounted. (It remembers its store in a folder that systemd gives it.) This command says what you want; the next \
            start takes the store over. If root makes the store, it belongs to the owner of its folder.

            Examples:
              alidade store init
              alidade store init --existing
            """)

    @Flag(help: "Accept the store that is there, instead of making one.") var existing = false
    @OptionGroup var common: CommonOptions

    func run() throws {
        let store = try common.settings().eventStore()
        let identity = existing ? try store.upkeep.accept() : try store.upkeep.make()
        guard common.json else {
            return Output.print("\(store.name): \(existing ? "accepted" : "made") store \(identity.id)")
        }
        var json = JSONText()
        json.object { json in
            json.member("file", store.name)
            json.member("id", identity.id)
            json.member("action", existing ? "accept" : "make")
        }
        Output.print(json: json.text)
    }
}
