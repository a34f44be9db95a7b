internal import Events
internal import Store

extension Statement {
    /// The case that a column's word names. A word that this version does not know must not be left out in silence: what is derived would lack it.
    func word<Word: RawRepresentable>(_ place: Int32, of table: String) throws(StoreError) -> Word
    where Word.RawValue == String {
        guard let word = Word(rawValue: text(place)) else { throw unknown(place, table) }
        return word
    }

    /// Nil where there is none.
    func optionalWord<Word: RawRepresentable>(_ place: Int32, of table: String) throws(StoreError) -> Word?
    where Word.RawValue == String {
        isNull(place) ? nil : try word(place, of: table)
    }

    func queue(_ place: Int32, of table: String) throws(StoreError) -> IngestQueue {
        guard let queue = IngestQueue(name: text(place)) else { throw unknown(place, table) }
        return queue
    }

    private func unknown(_ place: Int32, _ table: String) -> StoreError {
        StoreError(
            .newer, doing: "read \(table)",
            why:
                "a row has the word “\(text(place))”, which this version does not know: the store was written by a newer Alidade",
            hint: "use that version")
    }
}
