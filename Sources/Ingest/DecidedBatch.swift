internal import Events
internal import Store

/// A batch on its way to the store, with the models that every message in it was scored by: its alignments mean nothing without them.
struct DecidedBatch {
    let batch: DeliveryBatch
    let alignment: AlignmentStage
    /// ``DeliveryBatch/weight``, for those who may not look into the batch while it is being committed.
    let weight: Int

    init(batch: DeliveryBatch, alignment: AlignmentStage) {
        self.batch = batch
        self.alignment = alignment
        weight = batch.weight
    }
}
