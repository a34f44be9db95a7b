internal import JSON

extension JSONText {
    /// `[{"code": …, "pointer": …, "detail": …}, …]` as a member.
    package mutating func member(_ name: String, _ rejections: [Rejection]) {
        array(name) { json in json.elements(rejections) }
    }

    package mutating func elements(_ rejections: [Rejection]) {
        for rejection in rejections { finding(rejection.reason.rawValue, rejection.pointer, rejection.detail) }
    }

    package mutating func member(_ name: String, _ warnings: [Warning]) {
        array(name) { json in
            for warning in warnings { json.finding(warning.code.rawValue, warning.pointer, warning.detail) }
        }
    }

    private mutating func finding(_ code: String, _ pointer: String, _ detail: String) {
        object { json in
            json.member("code", code)
            json.member("pointer", pointer)
            json.member("detail", detail)
        }
    }
}
