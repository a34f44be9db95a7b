/// Stands in front of Swift's own `print`, which would show a terminal whatever a stranger wrote, and does not say when it cannot be written.
@available(*, unavailable, message: "print with Output.print, which escapes what a stranger wrote")
func print(_ items: Any..., separator: String = " ", terminator: String = "\n") {}
