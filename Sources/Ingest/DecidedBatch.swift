internal import Events
internal import Store

/// A batch on its way to the store, with the models that every message in it was scored by: its alignments mean nothing without them.
struct DecidedBatch {
    let batch: DeliveryBatch
    let alignment: AlignmentStage
}
