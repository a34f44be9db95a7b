internal import Events
internal import JSON
internal import Store

/// One session as JSON: its state, and every message of it. Personal values are masked.
enum SessionFile {
    static func json(_ story: SessionStory) -> PageAnswer {
        var json = JSONText()
        json.object { json in
            for column in SessionsPage.columns { column.value(story.latest).write(to: &json, as: column.name) }
            json.array("modules") { json in
                for module in story.modules {
                    json.object { json in
                        json.member("name", module.name)
                        json.member("seconds", module.seconds)
                    }
                }
            }
            json.array("answers") { json in
                for answer in story.answers {
                    json.object { json in
                        json.member("question", answer.question)
                        json.member("option", answer.option)
                    }
                }
            }
            json.member("is_cut", story.isCut)
            json.array("messages") { json in for message in story.messages { write(message, to: &json) } }
        }
        return .json(200, json.text)
    }

    private static func write(_ message: SessionStory.Message, to json: inout JSONText) {
        json.object { json in
            json.member("event_id", message.eventID)
            json.member("seq", message.seq)
            json.member("occurred_at", RFC3339.text(message.occurredAt))
            json.member("received_at", RFC3339.text(message.receivedAt))
            json.member("completion_status", message.status)
            json.member("duplicates", message.duplicates)
            json.array("warnings") { json in
                for warning in message.warnings {
                    json.object { json in
                        json.member("code", warning.code)
                        json.member("detail", warning.detail)
                    }
                }
            }
            json.array("alignments") { json in
                for alignment in message.alignments {
                    json.object { json in
                        json.member("model", alignment.model)
                        json.member("version", alignment.version)
                        json.member("is_shadow", alignment.isShadow)
                        json.member("track", alignment.track)
                        json.member("computed", alignment.computed)
                        json.member("reported", alignment.reported)
                        json.member("share", alignment.share)
                    }
                }
            }
            json.member("payload", json: Masked.payload(message.payload) ?? "null")
        }
    }
}
