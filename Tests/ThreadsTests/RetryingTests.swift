import Testing
import Threads

struct RetryingTests {
    private let start = ContinuousClock.now

    @Test func `the first attempt is due at once`() {
        let retrying = Retrying()
        #expect(retrying.isDue())
        #expect(!retrying.isFailing)
        #expect(retrying.pause() == .zero)
    }

    @Test func `pauses grow up to the longest, and begin anew once it has worked`() {
        var retrying = Retrying(longest: .seconds(5))
        var pauses: [Duration] = []
        for _ in 1...20 {
            retrying.failed(now: start)
            pauses.append(retrying.pause(now: start))
        }
        #expect(pauses[0] <= .milliseconds(200))
        #expect(pauses[0] >= .milliseconds(100))
        #expect(pauses[19] <= .seconds(5))
        #expect(pauses[19] >= .milliseconds(2500))
        let hadFailed = retrying.succeeded()
        let hadFailedAgain = retrying.succeeded()
        #expect(hadFailed)
        #expect(!hadFailedAgain)
        #expect(retrying.isDue(now: start))
        retrying.failed(now: start)
        #expect(retrying.pause(now: start) <= .milliseconds(200))
    }

    @Test func `what only people can change is tried seldom`() {
        var retrying = Retrying()
        retrying.failed(isLasting: true, now: start)
        #expect(!retrying.isDue(now: start + .seconds(29)))
        #expect(retrying.isDue(now: start + .seconds(30)))
    }

    @Test func `to wait for one's turn is no failure`() {
        var retrying = Retrying()
        retrying.postpone(by: .seconds(1), now: start)
        #expect(!retrying.isDue(now: start))
        #expect(!retrying.isFailing)
        let hadFailed = retrying.succeeded()
        #expect(!hadFailed)
    }

    @Test func `a stop ends the wait`() {
        var retrying = Retrying()
        retrying.failed(isLasting: true)
        let stop = StopSignal()
        var turns = 0
        retrying.rest(until: stop) { _ in
            turns += 1
            if turns == 3 { stop.request() }
        }
        #expect(turns == 3)
    }
}
