import Dashboard
import Status
import Testing

struct HealthTests {
    private var working: IngestSnapshot {
        var snapshot = IngestSnapshot()
        snapshot.isStoreOpen = true
        snapshot.isConsuming = true
        snapshot.hasConsumed = true
        return snapshot
    }

    @Test func `a daemon that consumes and commits is ready`() {
        let health = Health(working)
        #expect(health.obstacle == nil)
        #expect(health.hang == nil)
        #expect(
            health.readyDocument
                == #"{"ready":true,"consuming":true,"store_writable":true,"last_progress_seconds":0.0,"reason":null,"troubles":[]}"#
                + "\n"
        )
        #expect(
            Health(working, troubles: ["queue q: gone"]).readyDocument.hasSuffix(
                #""troubles":["queue q: gone"]}"# + "\n"))
        #expect(Health(working, troubles: ["queue q: gone"]).obstacle == nil)
    }

    @Test func `a start is not ready and says what it waits for`() {
        var snapshot = IngestSnapshot()
        #expect(Health(snapshot).obstacle == "starting: the store is not open yet")
        snapshot.isStoreOpen = true
        #expect(Health(snapshot).obstacle == "starting: nothing is being consumed yet")
        #expect(Health(snapshot).hang == nil)
    }

    @Test func `a lost broker makes it not ready, but the store is writable`() {
        var snapshot = working
        snapshot.isConsuming = false
        snapshot.currentPauses = [.broker]
        let health = Health(snapshot)
        #expect(health.obstacle == "the connection to the broker is lost")
        #expect(health.isStoreWritable)
        #expect(health.hang == nil)
    }

    @Test func `a pause of the store is named before a lost broker`() {
        var snapshot = working
        snapshot.isConsuming = false
        snapshot.currentPauses = [.broker, PauseCause("disk_full")]
        let health = Health(snapshot)
        #expect(health.obstacle == "paused: disk_full")
        #expect(!health.isStoreWritable)
    }

    @Test func `a stop is not ready`() {
        var snapshot = working
        snapshot.isConsuming = false
        #expect(Health(snapshot).obstacle == "stopping: nothing is being consumed any more")
    }

    @Test func `half a minute without progress although messages wait is not ready`() {
        var snapshot = working
        snapshot.secondsSinceProgress = 30
        #expect(Health(snapshot).obstacle == nil)
        snapshot.secondsSinceProgress = 31.5
        #expect(Health(snapshot).obstacle == "nothing has been committed for 31 seconds although messages wait")
        #expect(Health(snapshot).hang == nil)
    }

    @Test func `a loop that gives no sign of life is neither alive nor ready`() {
        var snapshot = working
        snapshot.secondsSinceBeat = 91
        let health = Health(snapshot)
        #expect(health.hang == "the ingest has given no sign of life for 91 seconds")
        #expect(health.obstacle == health.hang)
        #expect(health.liveDocument.hasPrefix(#"{"live":false,"last_beat_seconds":91.0,"reason":"the ingest"#))
    }
}
