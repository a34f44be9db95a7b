import Staff

/// Hashes of `correct horse`, made by libcrypt through Python.
enum Hashes {
    static let yescrypt5 = "$y$j9T$.2U.1EE/4Q.07ck0AoU1D.$YuY0R/s.xvV4.QiE.UdY16FoIA3et4sZidXD3v7och8"
    static let yescrypt6 = "$y$jAT$.2U.1EE/4Q.07ck0AoU1D.$4mRQov2vTsWeE783IQZdb1586E0LxqdFDWMyPS52hE5"
    static let yescrypt8 = "$y$jCT$.2U.1EE/4Q.07ck0AoU1D.$3Pk16Fd9Qvst/QAcE5Pdu11/UlCSTnykn0/JsbA.lE0"
    static let gostYescrypt = "$gy$j9T$.2U.1EE/4Q.07ck0AoU1D.$ijVkYLy3H6dC.0XjzJlDHpwg5IEvQmKYXYq8pZA9/T3"
    static let scrypt = "$7$BU..../.....2U.1EE/4Q.07ck0AoU1D.$l/N3Grvj.DTe8He3N.8WPBZsnaZZcw6PYwrTiQmKlH9"
    static let bcryptB = "$2b$10$..CA.uOD/eaGAOmJB.yMBuvDN6CYo3Tm7ezZ/XWxzm7yB3Os41bhG"
    static let bcryptY = "$2y$10$..CA.uOD/eaGAOmJB.yMBuvDN6CYo3Tm7ezZ/XWxzm7yB3Os41bhG"

    static let good = [yescrypt5, yescrypt6, yescrypt8, gostYescrypt, scrypt, bcryptB, bcryptY]
}

func member(_ name: String, _ roles: Set<StaffRole> = [], hash: String? = Hashes.yescrypt5) throws -> StaffMember {
    StaffMember(name: name, roles: roles, password: try hash.map { try PasswordHash(parsing: $0) })
}

func staff(_ text: String) throws -> StaffFile { try StaffFile(Array(text.utf8)) }
