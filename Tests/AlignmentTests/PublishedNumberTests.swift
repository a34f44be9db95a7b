import Alignment
import Testing

struct PublishedNumberTests {
    @Test(
        arguments: [
            (0, "0.0"), (100, "100.0"), (0.25, "0.2"), (0.75, "0.8"), (12.25, "12.2"), (12.75, "12.8"), (0.35, "0.3"),
            (0.15, "0.1"), (0.05, "0.1"), (0.45, "0.5"), (59.75, "59.8"), (99.95, "100.0"), (33.333333, "33.3"),
            (-0.25, "-0.2"), (-4.5, "-4.5"), (-0.04, "0.0"), (66.65, "66.7"),
        ] as [(Double, String)])
    func `a number is rounded to one decimal, half to even`(number: Double, text: String) {
        #expect(PublishedNumber(number).description == text)
        #expect("\(PublishedNumber(number).value)" == text)
    }

    @Test func `only exact halves are halves`() {
        for tenths in 0..<1000 {
            let half = (Double(tenths) + 0.5) / 10
            #expect(PublishedNumber(half.nextDown.nextDown).tenths == tenths)
            #expect(PublishedNumber(half.nextUp.nextUp).tenths == tenths + 1)
        }
    }
}
