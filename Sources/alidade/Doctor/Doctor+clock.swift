internal import Events
internal import Threads

extension Doctor {
    /// 2024-01-01: a clock before it was never set.
    private static let plausible: Timestamp = 1_704_067_200_000_000

    /// Messages without a time get this machine's, and those more than a day in its future are quarantined.
    mutating func checkClock() {
        let now = wallClock()
        let time = RFC3339.text(now)
        let remedy = "switch on an NTP client: timedatectl set-ntp true, or install chrony"
        if now < Self.plausible {
            add(.warning("clock", "\(time) cannot be right", remedy: remedy))
        } else if KernelClock.isSynchronised == false {
            add(.warning("clock", "\(time), and nothing keeps it synchronised", remedy: remedy))
        } else {
            let isKnown = KernelClock.isSynchronised != nil
            add(.ok("clock", isKnown ? "\(time), synchronised" : "\(time); the kernel does not say who keeps it right"))
        }
    }
}
