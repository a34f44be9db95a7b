import Events
import Testing

@Suite struct PointerShapeTests {
    @Test(arguments: [
        ("", ""), ("/user_id", "/user_id"), ("/answers/3/selected_option", "/answers/*/selected_option"),
        ("/answers/12", "/answers/*"), ("/time_spent_per_module/identity", "/time_spent_per_module/*"),
        ("/time_spent_per_module/7", "/time_spent_per_module/*"),
        ("/time_spent_per_module/a~1b", "/time_spent_per_module/*"),
        ("/time_spent_per_module", "/time_spent_per_module"),
        ("/track_alignment_percentages/défi", "/track_alignment_percentages/*"),
        ("/context/anything/deeper", "/context/*/deeper"), ("/device_browser/ip_address", "/device_browser/ip_address"),
        ("/0/0", "/*/*"), ("/1/user_id", "/*/user_id"), ("/data/answers/0/question_id", "/data/answers/*/question_id"),
        ("/time_spent_per_module/", "/time_spent_per_module/*"), ("no pointer", "no pointer"), ("/", "/"), ("/３", "/３"),
    ])
    func `places and names that producers choose are left out`(pointer: String, shape: String) {
        #expect(PointerShape.make(of: pointer) == shape)
        #expect(PointerShape.make(of: shape) == shape)
    }

    @Test
    func `a shape is never long`() {
        let shape = PointerShape.make(of: "/odd/" + String(repeating: "é", count: 100_000))
        #expect(shape.utf8.count < 140 && shape.hasSuffix("…"))
    }
}
