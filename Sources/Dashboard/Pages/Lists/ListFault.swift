internal import Store

/// Why a list is not shown, and what to do.
enum ListFault {
    static func make(_ error: ListError, _ url: PageURL) -> any Error {
        let begin = url.without("after", "before", "around", "mark", "last")
        switch error {
        case .staleKey:
            return PageFault(
                400, "This list has moved on", ["The place in this address is none of this list."],
                links: [PageFault.Link("Begin anew", begin.text)])
        case .windowTooWide:
            return PageFault(
                400, "This window is too wide for this order",
                [
                    "Rows are sorted by this only within \(ListLimit.sortedDays) days, or where a filter names one signal or one administrator."
                ],
                links: [
                    PageFault.Link("The last 30 days", begin.without("from", "to").with("days", "30").text),
                    PageFault.Link("By date", begin.without("sort").text),
                ])
        case .tooSlow:
            return PageFault(
                503, "This takes too long",
                ["More rows would have to be read than two seconds allow. A shorter window or another filter helps."],
                links: [PageFault.Link("The last 7 days", begin.without("from", "to").with("days", "7").text)])
        case .store(let error): return error
        }
    }
}
