internal import Events
internal import JSON

/// A scoring model, loaded from a file and compiled into flat tables; see <doc:Alignment>.
///
/// Immutable and shared by all threads. Names stand in it once; results refer to them by place, so that nothing is built per message.
package final class AlignmentModel: Sendable {
    package let name: String
    package let version: String
    /// Where it is from: what ``load(json:named:)`` was told.
    package let file: String
    /// In the order that breaks ties.
    package let tracks: [String]
    let description: ModelDescription
    let tables: ScoringTables

    /// Whether the model weighs more than answers.
    package var weighsProfile: Bool { !description.profileWeights.isEmpty }
    package var questionCount: Int { description.questions.count }

    private init(_ description: ModelDescription, from file: String) {
        self.file = file
        name = description.name
        version = description.version
        tracks = description.tracks
        self.description = description
        tables = ScoringTables(description)
    }

    /// Checks and compiles a model file.
    ///
    /// - Parameters:
    ///   - json: The file's bytes.
    ///   - file: Where they are from; errors name it.
    package static func load(json: some Sequence<UInt8>, named file: String) throws(ModelError) -> AlignmentModel {
        do throws(JSONError) {
            return AlignmentModel(try ModelReader.read(try JSONReader.read(json)), from: file)
        } catch {
            throw ModelError(file: file, flaw: error)
        }
    }

    /// Whether every message gets the same alignment from both.
    package func isSame(as other: AlignmentModel) -> Bool {
        description == other.description && description.names.elementsEqual(other.description.names)
    }

    /// The place of the track that is called `name`.
    package func track(named name: UnsafeRawBufferPointer) -> Int? { tables.trackNames.place(of: name) }
}

extension AlignmentModel {
    /// What is wrong with a name that is to be one of the tracks; nil where it is.
    package func flaw(inTrack name: String) -> String? {
        tracks.firstIndex(ofBytes: name) == nil ? notOneOf(tracks, found: name) : nil
    }
}
