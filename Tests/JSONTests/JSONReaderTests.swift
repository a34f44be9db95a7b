import JSON
import Testing

struct JSONReaderTests {
    @Test func `every kind of value is read with its place`() throws {
        let file = try JSONReader.read(#" {"a":[1,-2.5e1,"x\u0041\n\ud83d\ude00",true,false,null],"b/~":{}} "#.utf8)
        let members = try file.members()
        #expect(members.map(\.name) == ["a", "b/~"])
        #expect(members.map(\.value.pointer) == ["/a", "/b~1~0"])
        #expect(try members[1].value.members().isEmpty)
        let list = try members[0].value.elements()
        #expect(list.map(\.shown) == ["1.0", "-25.0", "\"xA\n😀\"", "true", "false", "null"])
        #expect(list[5].pointer == "/a/5")
    }

    @Test func `a byte order mark at the start of a document is skipped, and no other`() throws {
        #expect(try JSONReader.read("\u{FEFF}[1]".utf8).elements().count == 1)
        #expect(throws: JSONError.self) { try JSONReader.read("\u{FEFF}\u{FEFF}[1]".utf8) }
    }

    @Test(arguments: [
        ("", "", "expected a value in line 1, column 1, but the file ends there"),
        ("{\n \"a\": 1,\n}", "", "expected a name in quotation marks in line 3, column 1"),
        ("{\"a\" 1}", "/a", "expected a colon in line 1, column 6"),
        ("[1 2]", "", "expected a comma or a closing bracket in line 1, column 4"),
        ("{\"a\":01}", "", "expected a comma or a closing brace in line 1, column 7"),
        ("[1.]", "/0", "expected a digit in line 1, column 4"),
        ("[+1]", "/0", "expected a value in line 1, column 2"),
        ("[NaN]", "/0", "expected a value in line 1, column 2"),
        ("[1e999]", "/0", "1e999 is too large"),
        ("[tru]", "/0", "expected a value in line 1, column 2"),
        (
            "[\"a", "/0",
            "expected a closing quotation mark (control characters are escaped) in line 1, column 4, but the file ends there"
        ),
        ("[\"\\x\"]", "/0", "expected an escaped character in line 1, column 4"),
        ("[\"\\u12g4\"]", "/0", "expected four hexadecimal digits in line 1, column 5"),
        ("[\"\\ud800\"]", "/0", "expected a whole Unicode character in line 1, column 9"),
        ("1 1", "", "expected the end of the file in line 1, column 3"),
        ("{\"a\":1,\"a\":2}", "/a", "\"a\" is there twice"),
    ])
    func `what is not JSON is named with line and column`(text: String, pointer: String, detail: String) throws {
        let error = try #require(throws: JSONError.self) { try JSONReader.read(text.utf8) }
        #expect(error.pointer == pointer)
        #expect(error.detail == detail)
    }

    @Test func `bytes that are not UTF-8 are refused`() throws {
        let error = try #require(throws: JSONError.self) { try JSONReader.read([0x22, 0xFF, 0x22]) }
        #expect(error.detail == "the file is not UTF-8 text")
    }

    @Test func `deep nesting is refused before it costs stack`() throws {
        let error = try #require(throws: JSONError.self) {
            try JSONReader.read(String(repeating: "[", count: 1_000_000).utf8)
        }
        #expect(error.detail == "the file is nested more than 16 deep")
    }
}
