extension JSONText {
    /// `value` as a JSON string, quotes included.
    package static func quoted(_ value: String) -> String {
        var json = JSONText()
        json.string(value)
        return json.text
    }
}
