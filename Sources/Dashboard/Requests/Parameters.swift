internal import MetricsCatalogue
internal import Spelling
package import TimeZones

/// Reads the parameters of a page, each by its type and range. What is wrong with any of them is told all at once by ``finish()``.
///
/// One that nobody asks for is a fault, too: a misspelled filter must not show numbers of everything.
package struct Parameters {
    private let url: PageURL
    private var known: [String] = []
    private var faults: [(name: String, sentence: String)] = []

    package init(_ url: PageURL) { self.url = url }

    /// At most `longest` bytes; nil where it is missing or empty.
    package mutating func text(_ name: String, longest: Int = 200) -> String? {
        guard let value = single(name), !value.isEmpty else { return nil }
        guard value.utf8.count <= longest else {
            fault(name, "\(name) is longer than \(longest) bytes")
            return nil
        }
        return value
    }

    /// A parameter that may be there several times.
    package mutating func texts(_ name: String, most: Int = 50) -> [String] {
        known.append(name)
        let values = url.query.all(name).filter { !$0.isEmpty }
        guard values.count <= most, values.allSatisfy({ $0.utf8.count <= 200 }) else {
            fault(name, "\(name) is there more than \(most) times, or longer than 200 bytes")
            return []
        }
        return values
    }

    package mutating func integer(_ name: String, in range: ClosedRange<Int64>) -> Int64? {
        guard let value = text(name) else { return nil }
        if let number = Int64(value), range.contains(number) { return number }
        fault(
            name, "\(name) is \(Self.quoted(value)), not a whole number from \(range.lowerBound) to \(range.upperBound)"
        )
        return nil
    }

    package mutating func number(_ name: String, in range: ClosedRange<Double>) -> Double? {
        guard let value = text(name) else { return nil }
        if let number = Double(value), range.contains(number) { return number }
        fault(name, "\(name) is \(Self.quoted(value)), not a number from \(range.lowerBound) to \(range.upperBound)")
        return nil
    }

    /// One of these words.
    package mutating func word(_ name: String, of words: [String]) -> String? {
        guard let value = text(name) else { return nil }
        return check(value, name, words) ? value : nil
    }

    package mutating func words(_ name: String, of words: [String]) -> [String] {
        texts(name).filter { check($0, name, words) }
    }

    /// `1` for yes.
    package mutating func flag(_ name: String) -> Bool { word(name, of: ["0", "1"]) == "1" }

    /// What `read` makes of it; its error says what is wrong.
    package mutating func value<Value>(_ name: String, _ read: (String) throws -> Value) -> Value? {
        guard let value = text(name) else { return nil }
        do { return try read(value) } catch {
            fault(name, "\(error)")
            return nil
        }
    }

    /// By whose clocks the page goes; every page takes it.
    package mutating func zone() -> TimeZone? {
        self.value("tz") { name throws(ParameterError) in
            do throws(MetricRequestError) { return try MetricRequest.zone(named: name) } catch {
                throw ParameterError(error.message.replacing("time_zone is", with: "tz is"))
            }
        }
    }

    package mutating func fault(_ name: String, _ sentence: String) {
        known.append(name)
        faults.append((name, sentence))
    }

    /// Parameters of this name belong to somebody else.
    package mutating func ignore(_ name: String) { known.append(name) }

    package mutating func finish() throws(PageFault) {
        if !known.contains("tz") { _ = zone() }
        for name in url.query.pairs.map(\.name) where !known.contains(name) {
            let near = NearMiss.find(name, among: known).map { "; did you mean \($0)?" } ?? ""
            fault(name, "there is no parameter \(Self.quoted(name))\(near)")
        }
        guard !faults.isEmpty else { return }
        let bad = faults.map(\.name)
        let good = PageURL(url.path, FormValues(url.query.pairs.filter { !bad.contains($0.name) }))
        throw PageFault(
            400, "This address does not work",
            faults.map { $0.sentence.hasSuffix("?") ? $0.sentence : $0.sentence + "." },
            links: [PageFault.Link("The page without it", good.text)])
    }

    private mutating func single(_ name: String) -> String? {
        known.append(name)
        let values = url.query.all(name)
        guard values.count < 2 else {
            fault(name, "\(name) is there \(values.count) times")
            return nil
        }
        return values.first
    }

    private mutating func check(_ value: String, _ name: String, _ words: [String]) -> Bool {
        guard !words.contains(value) else { return true }
        let near = NearMiss.find(value, among: words).map { "; did you mean \($0)?" } ?? ""
        fault(name, "\(name) is \(Self.quoted(value)), not one of \(words.joined(separator: ", "))\(near)")
        return false
    }

    static func quoted(_ text: String) -> String { "“\(text.prefix(64))”" }
}
