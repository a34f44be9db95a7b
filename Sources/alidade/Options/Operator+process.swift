internal import Glibc
internal import Store

extension Operator {
    /// Who runs this command: with sudo, who called it. No proof, since whoever may write to the store may write any name, but a trace.
    static var ofThisProcess: Operator {
        let named = ProcessEnvironment.variables["SUDO_USER"].flatMap { $0.isEmpty ? nil : $0 }
        return Operator(name: named ?? userName(getuid()), way: .commandLine)
    }

    private static func userName(_ id: uid_t) -> String {
        guard let entry = getpwuid(id)?.pointee else { return "uid \(id)" }
        return String(cString: entry.pw_name)
    }
}
