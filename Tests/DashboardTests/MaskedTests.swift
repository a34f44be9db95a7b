import Testing

@testable import Dashboard

@Suite struct MaskedTests {
    private func masked(_ text: String) -> String? {
        Masked.body(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func `a body without personal values is shown as it came`() {
        #expect(masked(#"{"n": 1}"#) == nil)
        #expect(masked("no JSON at all") == nil)
        #expect(Masked.body([0xFF, 0x00]) == nil)
    }

    @Test func `personal values of a body are masked however their names are written`() {
        #expect(masked(#"{"user_id": "learner-1", "n": 1.50}"#) == #"{"user_id": "lear•••", "n": 1.50}"#)
        #expect(masked(#"{"ip\u005faddress":"10.0.0.1"}"#) == #"{"ip\u005faddress":"•••"}"#)
    }

    @Test func `a document within a text is masked as well`() {
        #expect(
            masked(#"{"data": "{\"user_id\": \"learner-1\", \"n\": 1}", "m": 2}"#)
                == #"{"data": "{\"user_id\": \"lear•••\", \"n\": 1}", "m": 2}"#)
        #expect(masked(#"["[{\"email\":\"a@b\"}]", {}]"#) == #"["[{\"email\":\"•••\"}]", {}]"#)
        #expect(masked(#"{"data": "{\"n\": 1}"}"#) == nil)
    }

    @Test func `what is no JSON ends where the first personal value is named`() {
        #expect(masked(#"{"n": 1, "user_id": "learn"#) == #"{"n": 1, "••• the rest may have personal values"#)
        #expect(masked("n=1&ip_address=10.0.0.1") == "n=1&••• the rest may have personal values")
    }

    @Test func `of a learner four characters are left, of a short name nothing`() {
        #expect(Masked.user("learner-1") == "lear•••")
        #expect(Masked.user("lear") == "•••")
        #expect(Masked.user("") == "•••")
    }

    @Test func `personal members are masked wherever they stand, and nothing else`() {
        #expect(
            Masked.payload(
                #"{"user_id":"learner-1","n":1.5,"device_browser":{"ip_address":"192.0.2.1","user_agent":{"x":"y"},"other":"o"},"list":[{"email":"a@b"},{"value_statement":["s"]},null,true,"user_id"],"user_id_":"k"}"#
            )
                == #"{"user_id":"lear•••","n":1.5,"device_browser":{"ip_address":"•••","user_agent":"•••","other":"o"},"list":[{"email":"•••"},{"value_statement":"•••"},null,true,"user_id"],"user_id_":"k"}"#
        )
    }

    @Test(arguments: ["12345678", "null", "[\"learner-1\"]", "{\"user_id\":\"learner-1\"}", "true"])
    func `a value of an odd type is masked as a whole`(value: String) {
        #expect(Masked.payload("{\"user_id\":\(value)}") == "{\"user_id\":\"•••\"}")
    }

    @Test(arguments: [
        #"{ "attempt_count" : 1, "n": 12345678901234567890, "d":1.50, "e":[1E3, {} ], "a":1, "a":2 }"#,
        #"{"text":"\u00e9\/ user_id \"user_id\":1"}"#, "[]", "{}", " 7 ", #"{"a":[[],[{"b":{}}]]}"#,
    ])
    func `what is not masked stays byte for byte`(text: String) { #expect(Masked.payload(text) == text) }

    @Test func `a personal member is masked however its name is written`() {
        #expect(
            Masked.payload(#"{"user\u005fid" : "learner-1", "user_id":"learner-2" , "n":1.0}"#)
                == #"{"user\u005fid" : "lear•••", "user_id":"lear•••" , "n":1.0}"#)
    }

    @Test func `of a browser its family is left`() {
        let header =
            "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36"
        #expect(Masked.payload("{\"user_agent\":\"\(header)\"}") == #"{"user_agent":"Chrome on Android"}"#)
    }

    @Test func `every member that the list has is masked`() {
        for name in Masked.members {
            #expect(Masked.payload("{\"\(name)\":\"secret-value\"}")?.contains("secret") == false)
        }
    }

    @Test func `what is no JSON is not shown`() {
        for text in ["", "{", "{\"user_id\":\"x\"} {}", "[1,", "{\"a\"}", "\"a", "{\"a\":1,}", "[1}"] {
            #expect(Masked.payload(text) == nil)
        }
    }
}
