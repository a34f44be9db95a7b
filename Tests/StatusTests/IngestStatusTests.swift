import Events
import Store
import Testing
import Threads

@testable import Status

struct IngestStatusTests {
    /// Two intelligence deliveries and a profiler one, as they look once decided and stored.
    private func batch(headers: String? = nil, timestamp: UInt64? = nil) -> (DeliveryBatch, BatchResult) {
        let batch = DeliveryBatch()
        for (tag, queue) in [(1, IngestQueue.intelligence), (2, .intelligence), (3, .profiler)] {
            var properties = MessageProperties()
            properties.headers = headers.map { batch.bytes.append($0) }
            properties.timestamp = timestamp
            batch.deliveries.append(
                Delivery(
                    tag: UInt64(tag), queue: queue, receivedAt: 0, body: batch.bytes.append("12345"),
                    properties: properties))
        }
        let errors = [Rejection(.notJSON, at: "", "x"), Rejection(.tooDeep, at: "", "y")]
        batch.reject(RejectedMessage(eventID: "a", occurredAt: nil, errors: errors))
        batch.decisions += [.intelligence(0), .profiler(0)]
        var result = BatchResult()
        result.outcomes = [.quarantined, .duplicate, .stored]
        (result.quarantined, result.duplicates, result.stored) = (1, 1, 1)
        batch.warn(1, Warning(.missingVersion, at: "", "not stored, not counted"))
        batch.warn(2, Warning(.timeOrder, at: "", "counted"))
        return (batch, result)
    }

    @Test func `a batch is counted by queue, outcome, first reason and warning`() {
        let (batch, result) = batch()
        let status = IngestStatus()
        status.appendBegins()
        status.committed(batch, result)
        let tally = status.tally
        #expect(tally[.intelligence].received == 2)
        #expect(tally[.intelligence].reasons == [.notJSON: 1])
        #expect(tally[.intelligence].duplicates == 1)
        #expect(
            tally[.profiler]
                == {
                    var queue = IngestTally.Queue(); queue.stored = 1; return queue
                }())
        #expect(tally.warnings == [.timeOrder: 1])
        #expect((tally.received, tally.stored, tally.duplicates, tally.quarantined) == (3, 1, 1, 1))
        #expect(tally.bytes == 15)
        #expect(tally.batches == 1)
        #expect(tally.batchMessages.sum == 3)
        #expect(tally.commitSeconds.count == 1)
        #expect(tally.publishToDurableSeconds.count == 0)
    }

    @Test func `a refusal of the store is the reason that counts`() {
        var (batch, result) = batch()
        result.outcomes[1] = .quarantined
        result.refusals[1] = [Rejection(.outcomeConflict, at: "", "x")]
        var tally = IngestTally()
        tally.add(batch, result, seconds: 0, durableAt: 0)
        #expect(tally[.intelligence].reasons == [.notJSON: 1, .outcomeConflict: 1])
    }

    @Test(
        arguments: [
            (nil, nil, nil), (nil, 90, 10), (#"{"timestamp_in_ms":98500}"#, 90, 1.5),
            (#"{"a":"\"timestamp_in_ms\"","b":[1],"timestamp_in_ms":98500,"z":1}"#, nil, 1.5),
            (#"{"timestamp_in_ms":"98500"}"#, 90, 10), (#"{"timestamp_in_ms":12345678901234567890}"#, nil, nil),
            (#"{"timestamp_in_ms":"#, nil, nil), (#"{}"#, 200, 0), (nil, UInt64.max, nil),
        ] as [(String?, UInt64?, Double?)])
    func `the time from publishing is taken from what the message tells`(
        headers: String?, timestamp: UInt64?, seconds: Double?
    ) {
        let (batch, result) = batch(headers: headers, timestamp: timestamp)
        var tally = IngestTally()
        tally.add(batch, result, seconds: 0, durableAt: 100_000_000)
        // The duplicate was durable before.
        #expect(tally.publishToDurableSeconds.count == (seconds == nil ? 0 : 2))
        #expect(tally.publishToDurableSeconds.sum == 2 * (seconds ?? 0))
    }

    @Test func `a first connection is no reconnect, the next is`() {
        let status = IngestStatus()
        #expect(!status.snapshot.isConsuming && !status.snapshot.hasConsumed)
        status.connected()
        #expect(status.snapshot.isConsuming && status.snapshot.hasConsumed)
        #expect(status.snapshot.reconnects == 0)
        status.noteUnacknowledged(7, oldest: wallClock() - 5_000_000)
        #expect(status.snapshot.unacknowledged == 7)
        #expect(status.snapshot.oldestUnacknowledgedSeconds >= 5)
        status.disconnected()
        status.paused(for: .broker)
        #expect(!status.snapshot.isConsuming)
        #expect(status.snapshot.unacknowledged == 0)
        #expect(status.snapshot.currentPauses == [.broker])
        status.connected()
        #expect(status.snapshot.reconnects == 1)
        #expect(status.snapshot.currentPauses.isEmpty)
    }

    @Test func `the beat goes on with the loop and never lies ahead`() {
        let status = IngestStatus()
        let first = status.lastBeat
        status.beat(allowing: .seconds(100))
        let second = status.lastBeat
        #expect(second > first)
        #expect(second <= monotonicClock())
    }

    @Test func `an append that is stuck stops the beat although the loop turns`() {
        let status = IngestStatus()
        status.beat(allowing: .seconds(1000))
        status.appendBegins()
        let now = monotonicClock()
        let limit = IngestStatus.appendLimit.nanoseconds
        #expect(status.lastBeat(at: now + limit / 2) == now + limit / 2)
        let stuck = status.lastBeat(at: now + 2 * limit)
        #expect(stuck > now && stuck <= now + limit)
        #expect(status.lastBeat(at: now + 3 * limit) == stuck)
        status.appendFailed()
        #expect(status.lastBeat(at: now + 3 * limit) == now + 3 * limit, "a pause that tries again is no hang")
    }
}
