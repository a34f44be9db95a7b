package import Events

/// A session with everything that was said of it.
package struct SessionStory: Sendable {
    package var latest: SessionRow
    /// In the order in which they occurred, then in that of arrival.
    package var messages: [Message]
    /// There are more messages than were asked for; these are the first.
    package var isCut: Bool
    /// Of the latest state.
    package var modules: [Module]
    package var answers: [Answer]

    package struct Message: Sendable {
        package var seq: Int64
        package var eventID: String
        package var occurredAt: Timestamp
        package var receivedAt: Timestamp
        package var status: String
        /// JSON object: the message as it is kept.
        package var payload: String
        package var warnings: [WhereReport.Warning]
        package var alignments: [Alignment]
        /// How often it came again.
        package var duplicates: Int64

        package init(
            seq: Int64, eventID: String, occurredAt: Timestamp, receivedAt: Timestamp, status: String, payload: String,
            warnings: [WhereReport.Warning], alignments: [Alignment], duplicates: Int64
        ) {
            self.seq = seq
            self.eventID = eventID
            self.occurredAt = occurredAt
            self.receivedAt = receivedAt
            self.status = status
            self.payload = payload
            self.warnings = warnings
            self.alignments = alignments
            self.duplicates = duplicates
        }
    }

    /// What a model made of a message's answers, for one track.
    package struct Alignment: Sendable, Equatable {
        package var model: String
        package var version: String
        package var isShadow: Bool
        package var track: String
        package var computed: Double?
        package var reported: Double?
        /// Of a full set of answers.
        package var share: Double?

        package init(
            model: String, version: String, isShadow: Bool, track: String, computed: Double?, reported: Double?,
            share: Double?
        ) {
            self.model = model
            self.version = version
            self.isShadow = isShadow
            self.track = track
            self.computed = computed
            self.reported = reported
            self.share = share
        }
    }

    package struct Module: Sendable, Equatable {
        package var name: String
        package var seconds: Double

        package init(name: String, seconds: Double) {
            self.name = name
            self.seconds = seconds
        }
    }

    package struct Answer: Sendable, Equatable {
        package var question: String
        package var option: String

        package init(question: String, option: String) {
            self.question = question
            self.option = option
        }
    }

    package init(latest: SessionRow, messages: [Message], isCut: Bool, modules: [Module], answers: [Answer]) {
        self.latest = latest
        self.messages = messages
        self.isCut = isCut
        self.modules = modules
        self.answers = answers
    }
}
