import Events
import Testing

/// What is told of a quarantined message.
@Suite struct RejectionNoticeTests {
    private let batch = DeliveryBatch()

    private func delivery(type: String? = nil, appID: String? = nil) -> Delivery {
        func place(_ text: String) -> ByteRange { Array(text.utf8).withUnsafeBytes { batch.bytes.append($0) } }
        var delivery = Delivery(
            tag: 1, queue: .intelligence, receivedAt: 1_770_638_410_125_000, body: place("{\"secret\":1}"),
            routingKey: place("intelligence.\"event\""))
        delivery.properties.type = type.map(place)
        delivery.properties.appID = appID.map(place)
        return delivery
    }

    private func notice(_ errors: [Rejection], of count: Int? = nil, appID: String? = nil) -> RejectionNotice {
        RejectionNotice(
            of: delivery(appID: appID), in: batch.bytes, eventID: "e\n1", refusal: Refusal(errors, errorCount: count),
            storeID: "store", quarantineID: 17)
    }

    @Test func `the document says which message, why and where it is kept`() {
        let errors = [Rejection(.missingField, at: "/a", "why"), Rejection(.outOfRange, at: "/b", "too")]
        #expect(
            notice(errors, appID: "django").document == """
                {"queue":"intelligence-events","event_id":"e\\n1","quarantine_id":17,"errors":[\
                {"code":"missing_field","pointer":"/a","detail":"why"},{"code":"out_of_range","pointer":"/b","detail":"too"}],\
                "app_id":"django","routing_key":"intelligence.\\"event\\"","received_at":"2026-02-09T12:00:10.125000Z"}
                """)
        #expect(notice(errors, of: 40).document.contains(#"}],"error_count":40,"app_id":null,"#))
        #expect(notice(errors).messageID == "store/17" && notice(errors).reason == .missingField)
    }

    @Test(arguments: [(100, 32), (2000, 8), (1 << 20, 1)])
    func `errors that are too long together are counted only, but for the first`(bytes: Int, kept: Int) {
        let detail = String(repeating: "x", count: bytes)
        let errors = (0..<32).map { Rejection(.wrongType, at: "/\($0)", detail) }
        let notice = notice(errors)
        #expect(notice.errors.count == kept && notice.errorCount == 32)
        #expect(notice.errors.map(\.pointer) == (0..<kept).map { "/\($0)" })
        #expect(notice.cost >= bytes * kept)
    }

    @Test func `one that came back is known by type and app_id together`() {
        func isKnown(_ type: String?, _ appID: String?) -> Bool {
            delivery(type: type, appID: appID).isRejectionNotice(in: batch.bytes)
        }
        #expect(isKnown("rejection", "alidade"))
        for (type, appID) in [("rejection", "alidad"), ("rejections", "alidade"), ("receipt", "alidade"), ("", "")] {
            #expect(!isKnown(type, appID))
        }
        #expect(!isKnown("rejection", nil) && !isKnown(nil, "alidade"))
    }

    @Test func `room is taken by number and by bytes`() {
        let notice = notice([Rejection(.wrongType, at: "", String(repeating: "x", count: 1000))])
        var room = RejectionRoom(count: 2, bytes: 1 << 20)
        #expect(room.take(notice) && room.take(notice) && !room.take(notice) && room.isEmpty)
        room = RejectionRoom(count: 100, bytes: notice.cost + 1)
        #expect(room.take(notice) && !room.take(notice) && room.count == 99 && room.bytes == 1)
    }
}
