import Testing

@testable import Dashboard

@Suite struct SessionChangesTests {
    @Test func `of each message the members that differ from those before are told`() {
        var changes = SessionChanges(isRevealed: false)
        #expect(
            changes.take(#"{"event_id":"1","user_id":"learner-1","n":1,"answers":[{"q":"a"}]}"#)?.map(\.name) == [
                "/user_id", "/n", "/answers/0/q",
            ])
        #expect(changes.take(#"{"event_id":"2","n":1}"#) == [])
        #expect(
            changes.take(#"{"n":1.0,"user_id":"learner-2","answers":[{"q":"a"},{"q":"b"}]}"#) == [
                .init(name: "/n", old: "1", new: "1.0"),
                .init(name: "/user_id", old: "lear•••", new: "lear•••, another one"),
                .init(name: "/answers/1/q", old: nil, new: "\"b\""),
            ])
        #expect(changes.take("{") == nil)
    }

    @Test func `revealed values are told as they are`() {
        var changes = SessionChanges(isRevealed: true)
        _ = changes.take(#"{"user_agent":"a"}"#)
        #expect(changes.take(#"{"user_agent":"b"}"#) == [.init(name: "/user_agent", old: "\"a\"", new: "\"b\"")])
    }
}
