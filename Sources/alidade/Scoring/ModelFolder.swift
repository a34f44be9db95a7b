internal import Alignment
internal import Events
internal import Files
internal import Glibc
internal import Spelling

/// Loads the model that a setting or an option names; for the daemon as for the commands.
///
/// A value with a slash, or one that ends in `.json`, is a path. Any other one is looked for as `NAME.json` in the folders of
/// ``ModelFolder/all``, and the first that has it wins; in none of them, it is one of the ``ShippedModels``.
///
/// - Throws: A ``Failure`` with exit code 78 that says which file is wrong and where, or in which places there is none.
func loadAlignmentModel(named name: String) throws(Failure) -> AlignmentModel {
    if ModelFolder.isPath(name) {
        guard let json = try ModelFolder.content(of: name) else {
            throw ModelFolder.failure(name, "there is no such file")
        }
        return try ModelFolder.load(json, named: name)
    }
    let folders = ModelFolder.all
    for folder in folders {
        if let json = try ModelFolder.content(of: "\(folder)/\(name).json") {
            return try ModelFolder.load(json, named: "\(folder)/\(name).json")
        }
    }
    if let json = ShippedModels.json(named: name) { return try ModelFolder.load(json, named: "built in") }
    throw ModelFolder.failure(name, ModelFolder.absence(of: name, from: folders))
}

/// Where models are kept.
enum ModelFolder {
    /// The operator's own come before the delivered ones.
    private static let installed = ["/etc/alidade/alignment", "/usr/share/alidade/alignment"]
    private static let inCheckout = "config/alignment"
    /// `.build/<triple>/<configuration>/alidade` is three folders below the package; a little more does no harm.
    private static let levels = 6
    /// A model at the limits of the loader is smaller.
    private static let maximumBytes = 16 << 20

    static var all: [String] { installed + (checkout.map { [$0] } ?? []) }

    /// The nearest `config/alignment` above the program: the one of the checkout that it was built in.
    private static let checkout: String? = {
        guard var path = executable else { return nil }
        for _ in 0..<levels {
            guard let slash = path.lastIndex(of: "/") else { return nil }
            path = String(path[..<slash])
            let folder = "\(path)/\(inCheckout)"
            var status = stat()
            if stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return folder }
        }
        return nil
    }()

    private static var executable: String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { path in
            guard let start = path.baseAddress else { return nil }
            let count = readlink("/proc/self/exe", start, path.count)
            guard count > 0 else { return nil }
            return String(decoding: UnsafeRawBufferPointer(path).prefix(count), as: UTF8.self)
        }
    }

    static func isPath(_ name: String) -> Bool { name.contains("/") || name.hasSuffix(".json") }

    static func failure(_ name: String, _ why: String) -> Failure {
        ExitStatus.configuration.error("could not load the alignment model \(name): \(why)")
    }

    static func load(_ json: [UInt8], named name: String) throws(Failure) -> AlignmentModel {
        do throws(ModelError) {
            return try AlignmentModel.load(json: json, named: name)
        } catch {
            throw ExitStatus.configuration.error(error.description)
        }
    }

    /// All places that were searched, and the name that was probably meant.
    static func absence(of name: String, from folders: [String]) -> String {
        var sentence = "there is no \(name).json in \(folders.joined(separator: ", "))"
        if checkout == nil { sentence += ", no folder \(inCheckout) above the program" }
        sentence += ", and built in are \(ShippedModels.names.joined(separator: ", "))"
        if let meant = NearMiss.find(name, among: folders.flatMap { names(in: $0) } + ShippedModels.names) {
            sentence += "; did you mean \(meant)?"
        }
        return sentence
    }

    private static func names(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let file = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if file.hasSuffix(".json") { names.append(String(file.dropLast(5))) }
        }
        return names.sorted()
    }

    /// The bytes of a file; nil where there is none. A file that is there and cannot be read is a failure: to take the next one
    /// instead would be a surprise.
    static func content(of path: String) throws(Failure) -> [UInt8]? {
        do throws(FileProblem) { return try RegularFile.read(path, atMost: maximumBytes) } catch {
            if error.isAbsent { return nil }
            throw failure(path, error.reason)
        }
    }
}
