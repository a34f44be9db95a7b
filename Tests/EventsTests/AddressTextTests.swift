import Testing

@testable import Events

@Suite struct AddressTextTests {
    private func found(_ text: String) -> (address: String, isPlain: Bool)? {
        var text = text
        return text.withUTF8 { utf8 in
            AddressText(UnsafeRawBufferPointer(utf8)).map {
                (String(decoding: utf8[$0.place], as: UTF8.self), $0.isPlain)
            }
        }
    }

    @Test(arguments: ["203.0.113.7", "::", "2001:db8::1", "2001:db8::1:443", "::ffff:203.0.113.7"])
    func `an address alone is plain`(text: String) {
        #expect(found(text)?.address == text)
        #expect(found(text)?.isPlain == true)
    }

    @Test(arguments: [
        ("203.0.113.7:51000", "203.0.113.7"), ("[2001:db8::1]:443", "2001:db8::1"), ("[2001:db8::1]", "2001:db8::1"),
        ("203.0.113.7, 10.0.0.1", "203.0.113.7"), ("203.0.113.7,", "203.0.113.7"),
        ("2001:db8::1, 203.0.113.7", "2001:db8::1"),
        ("[2001:db8::1]:443, 10.0.0.1:80", "2001:db8::1"), (" 203.0.113.7\t", "203.0.113.7"),
    ])
    func `of what is around an address nothing stays`(text: String, address: String) {
        #expect(found(text)?.address == address)
        #expect(found(text)?.isPlain == false)
    }

    @Test(arguments: [
        "", " ", ",", "...", "unknown", "unknown, 203.0.113.7", "203.0.113", "203.0.113.256", "203.0.113.7:",
        "203.0.113.7:x",
        "203.0.113.7:123456", "[2001:db8::1", "2001:db8::1]", "[203.0.113.7]x", "2001:db8:::1", "203.0.113.7%eth0",
        "fe80::1%eth0", "[fe80::1%eth0]:80",
        "203.0.113.7\0", "203.0.113.7 10.0.0.1", ":80", "[]", "[]:80", "%",
    ])
    func `anything else is no address`(text: String) {
        #expect(found(text) == nil)
    }
}
