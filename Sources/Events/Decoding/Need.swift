/// What a value that is of no use costs.
enum Need {
    /// The message.
    case required
    /// The member; of a text that is only too long, what is beyond its limit.
    case optional
    /// The member, also where it is only too long: half an id is none.
    case whole
    /// The entry of the list that it stands in.
    case entry

    /// The end of a sentence that says what is wrong.
    var consequence: String {
        switch self {
        case .required: ""
        case .optional: "; it is stored as absent"
        case .whole: "; it does not count"
        case .entry: "; the entry is left out"
        }
    }
}
