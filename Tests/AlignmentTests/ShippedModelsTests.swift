import Alignment
import Testing

struct ShippedModelsTests {
    @Test func `the models that are built in are all the files of the folder, byte for byte`() throws {
        let files = try ProjectFile.names(in: "config/alignment").filter { $0.hasSuffix(".json") }
        #expect(files.sorted() == ShippedModels.names.map { "\($0).json" }.sorted())
        for name in ShippedModels.names {
            #expect(try ShippedModels.json(named: name) == ProjectFile.bytes("config/alignment/\(name).json"))
        }
        #expect(ShippedModels.json(named: "och-tier") == nil)
    }
}
