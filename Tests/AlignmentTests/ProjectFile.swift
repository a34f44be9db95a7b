import Alignment
import Glibc
import JSON

/// Reads files of the project, found from where this source file stands.
enum ProjectFile {
    struct Unreadable: Error { let path: String }

    static func bytes(_ path: String) throws -> [UInt8] {
        let root = "\(#filePath)".split(separator: "/").dropLast(3).joined(separator: "/")
        let descriptor = open("/\(root)/\(path)", O_RDONLY)
        guard descriptor >= 0 else { throw Unreadable(path: "/\(root)/\(path)") }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &block, block.count)
            guard count > 0 else { return bytes }
            bytes += block[..<count]
        }
    }

    /// The names of what a folder holds.
    static func names(in folder: String) throws -> [String] {
        let root = "\(#filePath)".split(separator: "/").dropLast(3).joined(separator: "/")
        guard let directory = opendir("/\(root)/\(folder)") else { throw Unreadable(path: "/\(root)/\(folder)") }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            names.append(
                withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
        }
        return names
    }

    static func model(_ name: String) throws -> AlignmentModel {
        try AlignmentModel.load(json: try bytes("config/alignment/\(name).json"), named: name)
    }
}

extension JSONValue {
    subscript(name: String) -> JSONValue? {
        guard case .object(let members) = content else { return nil }
        return members.first { $0.name == name }?.value
    }

    var names: [String] {
        guard case .object(let members) = content else { return [] }
        return members.map(\.name)
    }

    var list: [JSONValue] {
        guard case .array(let elements) = content else { return [] }
        return elements
    }

    var text: String {
        guard case .string(let text) = content else { return "" }
        return text
    }

    var number: Double? {
        guard case .number(let number) = content else { return nil }
        return number
    }
}
