/// How often which windows are published.
package struct PublicationSchedule: Sendable {
    /// From the beginning of one round to that of the next.
    package var interval: Duration
    /// In days.
    package var windows: [Int]

    package init(interval: Duration, windows: [Int]) {
        self.interval = interval
        self.windows = windows.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}
