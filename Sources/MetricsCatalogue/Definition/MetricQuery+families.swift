internal import Events
internal import Rollups
internal import Store

extension MetricQuery {
    /// Which sums a definition asks for: it is computed once, from nothing.
    static func families(readBy compute: (MetricQuery) throws(StoreError) -> MetricValue) -> [RollupFamily] {
        let list = FamilyList()
        _ = try? compute(MetricQuery(RollupReader(NoRollups()), .nothing(list)))
        return list.families
    }
}

/// Has nothing, and is never asked.
private final class NoRollups: RollupSource {
    @available(*, noasync)
    func snapshot<Result>(_ body: (RollupState) throws(StoreError) -> Result) throws(StoreError) -> Result {
        try body(RollupState(epoch: 0, format: RollupFormat.current, storeID: ""))
    }

    func forEachNode(_ nodes: Range<Int64>, _ body: (Int64, UnsafeRawBufferPointer) -> Void) {}
    func parts(_ range: ClosedRange<Int64>) -> [RollupPart] { [] }
    func facts(ofPart number: Int64, _ body: (UnsafeRawBufferPointer) -> Void) {}
    func forEachPart(
        _ parts: ClosedRange<Int64>, within times: Range<Timestamp>,
        _ body: (Int64, UnsafeRawBufferPointer) throws(StoreError) -> Void
    ) {}
    func forEachPending(_ body: (UnsafeRawBufferPointer) -> Void) {}
    func name(_ domain: NameDomain, _ id: Int) -> (name: String, detail: String?)? { nil }
    func dimension(named name: String) -> Int? { nil }
}
