package import Events
package import Rollups

/// Where the rollups are read from: the rows of one state of a store, as the writer put them. What they mean is ``RollupReader``'s business.
///
/// Belongs to the thread that opened it. The bytes that a body is given are valid until it returns.
package protocol RollupSource: AnyObject {
    /// Runs `body` on one state of the store. Keep it short: what it holds cannot be tidied up meanwhile.
    @available(*, noasync)
    func snapshot<Result>(_ body: (RollupState) throws(StoreError) -> Result) throws(StoreError) -> Result

    /// The cells of the nodes that exist in this range of ``RollupSlot/node(_:level:slot:)``.
    func forEachNode(_ nodes: Range<Int64>, _ body: (_ node: Int64, UnsafeRawBufferPointer) -> Void) throws(StoreError)

    /// The parts that exist in this range of ``RollupSlot/part(_:slot:number:)``, without their facts.
    func parts(_ range: ClosedRange<Int64>) throws(StoreError) -> [RollupPart]

    /// Nothing where there is no such part.
    func facts(ofPart number: Int64, _ body: (UnsafeRawBufferPointer) -> Void) throws(StoreError)

    /// The facts of the parts that exist in this range and hold something of these times, in the order of the parts.
    func forEachPart(
        _ parts: ClosedRange<Int64>, within times: Range<Timestamp>,
        _ body: (_ part: Int64, UnsafeRawBufferPointer) throws(StoreError) -> Void
    ) throws(StoreError)

    /// The rows of the log that are not merged into nodes and parts yet.
    func forEachPending(_ body: (UnsafeRawBufferPointer) -> Void) throws(StoreError)

    /// What a number stands for; nil where the store does not know it.
    func name(_ domain: NameDomain, _ id: Int) throws(StoreError) -> (name: String, detail: String?)?

    /// The number of a declared dimension; nil where no message of the store has said it yet.
    func dimension(named name: String) throws(StoreError) -> Int?
}

/// What a state of the rollups says of itself.
package struct RollupState: Sendable, Equatable {
    /// Another one where a rebuild has numbered the names anew.
    package var epoch: Int64
    /// See ``RollupFormat``.
    package var format: Int64
    /// See ``StoreIdentity``.
    package var storeID: String
    /// When the newest message arrived that was committed; nil where the store does not say.
    package var storedUntil: Timestamp?

    package init(epoch: Int64, format: Int64, storeID: String, storedUntil: Timestamp? = nil) {
        self.epoch = epoch
        self.format = format
        self.storeID = storeID
        self.storedUntil = storedUntil
    }
}

/// Facts of one slot that are kept in one row.
package struct RollupPart: Sendable, Equatable {
    package var number: Int64
    package var earliest: Int64
    package var latest: Int64
    /// Bytes of its facts.
    package var size: Int64

    package init(number: Int64, earliest: Int64, latest: Int64, size: Int64) {
        self.number = number
        self.earliest = earliest
        self.latest = latest
        self.size = size
    }
}
