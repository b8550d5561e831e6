import XCTest

@testable import Tgcall

/// What is pushed on one side is pulled on the other.
final class PictureTests: XCTestCase {
    private static let key = (0..<256).map { UInt8(truncatingIfNeeded: 7 * $0 + 3) }
    /// A key frame of VP8 as far as it is read: its head says 640 x 360.
    static let frame: [UInt8] =
        [0x10, 0, 0, 0x9D, 0x01, 0x2A, 0x80, 0x02, 0x68, 0x01] + (0..<2048).map { UInt8(truncatingIfNeeded: $0) }

    func testAKeyFrameIsPulledAsItWasPushed() async throws {
        var configuration = Configuration()
        configuration.videoCodecs = VideoCodecs(encoded: [.vp8], decoded: [.vp8, .h264])
        let sides = [try Client(attachedOnly: configuration), try Client(attachedOnly: configuration)]
        let (packets, packetsIn) = AsyncStream.makeStream(of: (Int, [UInt8]).self)
        var calls: [Call] = []
        for side in 0..<2 {
            try sides[side].setInterfaces([Address(ip: [127, 0, 0, 1])])
            calls.append(
                try await sides[side].attach(key: Self.key, outgoing: side == 0) { packetsIn.yield((1 - side, $0)) })
        }
        let carried = Task { [calls] in
            for await (side, packet) in packets { _ = try? calls[side].feed(packet) }
        }
        for call in calls { try call.connect(version: "13.0.0", p2pAllowed: true) }
        let (shows, sees) = (calls[0], calls[1])
        try shows.startVideo(.camera, width: 640, height: 360)
        for call in calls { try await call.connected() }
        var told = shows.events.makeAsyncIterator()
        var heard = sees.events.makeAsyncIterator()

        let encode = try await Self.next(&told) { event -> VideoEncodeEvent? in
            if case .videoEncode(let encode) = event, encode.bitsPerS > 0 { return encode }
            return nil
        }
        XCTAssertEqual([encode.source], [.camera])
        XCTAssertEqual([encode.codec], [.vp8])
        XCTAssertEqual(encode.layer, 0)
        XCTAssertLessThanOrEqual(encode.width, 640)
        try shows.setVideo(.camera, rotation: 90)
        XCTAssertNil(try sees.pull(.camera))
        try Self.frame.withUnsafeBufferPointer { bytes in
            XCTAssertTrue(try shows.push(.camera, codec: .vp8, timestamp: 7, isKey: true, frame: bytes))
        }
        _ = try await Self.next(&heard) { event -> Bool? in
            if case .videoReady(let ready) = event { return ready.source == .camera }
            return nil
        }
        let pulled = try sees.pull(.camera)
        let frame = try XCTUnwrap(pulled)
        XCTAssertEqual(frame.bytes, Self.frame)
        XCTAssertEqual(frame.withBytes { $0.count }, Self.frame.count)
        XCTAssertEqual([frame.codec], [.vp8])
        XCTAssertTrue(frame.isKey)
        XCTAssertEqual([frame.width, frame.height, frame.timestamp, frame.rotation], [640, 360, 7, 90])
        XCTAssertEqual(frame.delayMs, 0)

        try sees.wantKeyFrame(.camera)
        _ = try await Self.next(&told) { event -> Bool? in
            if case .videoKeyFrame(let wanted) = event { return wanted.source == .camera }
            return nil
        }
        try shows.setVideo(.camera, paused: true)
        try shows.setLowBattery(true)
        let low = try await Self.next(&heard) { event -> Switches? in
            guard case .callMedia(let media) = event else { return nil }
            let switches = Switches(rawValue: media.switches)
            return switches.contains(.lowBattery) ? switches : nil
        }
        XCTAssertTrue(low.contains([.camera, .cameraPaused]), "\(low)")
        try shows.stopVideo(.camera)
        for side in sides { await side.close() }
        packetsIn.finish()
        await carried.value
        XCTAssertEqual(frame.bytes, Self.frame, "a frame outlives its client")
        await expect(.errState) { _ = try sees.pull(.camera) }
    }

    func testAPictureGoesFromOneAccountToTheOther() async throws {
        let pair = try await Pair { $0.videoCodecs = VideoCodecs(encoded: [.vp8], decoded: [.vp8, .h264]) }
        let (shows, sees) = (pair.callers, pair.callees)
        var told = shows.events.makeAsyncIterator()
        var heard = sees.events.makeAsyncIterator()
        try shows.startVideo(.camera, width: 640, height: 360)
        _ = try await Self.next(&told) { event -> VideoEncodeEvent? in
            if case .videoEncode(let encode) = event, encode.bitsPerS > 0 { return encode }
            return nil
        }
        let delta = [Self.frame[0] | 1] + Self.frame[1...]
        for (number, frame) in [Self.frame, delta].enumerated() {
            try frame.withUnsafeBufferPointer { bytes in
                let timestamp = UInt32(3000 * number)
                XCTAssertTrue(
                    try shows.push(.camera, codec: .vp8, timestamp: timestamp, isKey: number == 0, frame: bytes))
            }
        }
        // The first may wait alone, and a second one is told only when that has been pulled.
        var seen: [VideoFrame] = []
        while seen.count < 2 {
            _ = try await Self.next(&heard) { event -> Bool? in
                if case .videoReady(let ready) = event { return ready.source == .camera }
                return nil
            }
            while let frame = try sees.pull(.camera) { seen.append(frame) }
        }
        XCTAssertEqual(seen.map(\.bytes), [Self.frame, delta])
        XCTAssertEqual(seen.map(\.isKey), [true, false])
        XCTAssertEqual(seen[1].timestamp &- seen[0].timestamp, 3000)
        XCTAssertTrue(try sees.switches.theirs.contains(.camera))
        try await shows.hangUp()
        let end = try await sees.ended().end
        XCTAssertEqual([end], [.remoteHangup])
        await pair.close()
    }

    func testWhatCannotBeShownIsAnError() async throws {
        let client = try Client(attachedOnly: Configuration())
        let call = try await client.attach(key: Self.key, outgoing: true) { _ in }
        await expect(.errState) { try call.startVideo(.camera, width: 640, height: 360) }
        try call.setVideoCodecs(VideoCodecs(encoded: [.vp8], decoded: []))
        try call.startVideo(.camera, width: 640, height: 360)
        await expect(.errArgument) { try call.startVideo(.camera, width: 0, height: 360) }
        await expect(.errArgument) { try call.startVideo(.none, width: 640, height: 360) }
        await expect(.errArgument) { try call.setVideo(.camera, rotation: 45) }
        await expect(.errArgument) { try call.setVideoCodecs(VideoCodecs(encoded: [.vp8, .vp8], decoded: [])) }
        await expect(.errArgument) {
            try Self.frame.withUnsafeBufferPointer {
                _ = try call.push(.camera, codec: .none, timestamp: 0, isKey: true, frame: $0)
            }
        }
        await client.close()
    }

    /// The first event that has it.
    private static func next<Found>(
        _ events: inout AsyncStream<Event>.Iterator, _ look: (Event) -> Found?
    ) async throws -> Found {
        while let event = await events.next() {
            if let found = look(event) { return found }
        }
        throw TgcallError.closed
    }
}
