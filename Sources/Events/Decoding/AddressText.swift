import Glibc

/// Internet addresses as proxies and frameworks write them.
enum AddressText {
    static func first(in text: String) -> String? { nil }
}
