import TelegramSim
import XCTest

@testable import Tgcall

final class CallTests: XCTestCase {
    func testACallCarriesATone() async throws {
        let pair = try await Pair()
        XCTAssertEqual(try pair.callers.emoji, try pair.callees.emoji)
        XCTAssertEqual(try pair.callers.emoji.count, 4)
        XCTAssertEqual(try pair.callers.state, .active)
        XCTAssertEqual(try pair.callees.user, 1001)
        XCTAssertEqual(try pair.callees.direction, .incoming)
        try pair.callers.setQueue(ms: 30_000)
        var tone = Tone(rateHz: 48_000)
        for _ in 0..<400 { XCTAssertTrue(try pair.callers.push(tone.next(frames: 960), rateHz: 48_000)) }
        var heard = 0
        for await frame in try pair.callees.listen(rateHz: 16_000) {
            XCTAssertEqual(frame.samples.count, 320)
            heard = Tone.share(of: frame.samples, rateHz: frame.rateHz) > 0.8 ? heard + 1 : 0
            if heard == 25 { break }
        }
        XCTAssertEqual(heard, 25, "the tone arrived")
        let figures = try pair.callees.stats([.packetsReceived, .connectMs])
        XCTAssertGreaterThan(figures[.packetsReceived] ?? 0, 25)
        XCTAssertFalse(try pair.callees.streams.isEmpty)
        XCTAssertTrue(try pair.callees.report(.json).hasPrefix("{"))

        try await pair.callers.hangUp()
        let (ours, theirs) = (try await pair.callers.ended(), try await pair.callees.ended())
        XCTAssertEqual(ours.end, .localHangup)
        XCTAssertEqual(theirs.end, .remoteHangup)
        XCTAssertEqual(try pair.callers.end, .localHangup)
        var states: [CallState] = []
        for await event in pair.callers.events {
            if case .callState(let moved) = event { states.append(moved.state) }
            if case .callEnded(let ended) = event { states.append(ended.state) }
        }
        XCTAssertEqual(states.last, .ended)
        XCTAssertTrue(states.contains(.ringing) && states.contains(.active), "\(states)")
        await pair.close()
    }

    func testARefusedCallSaysWhy() async throws {
        let simulator = try Simulator()
        let alice = try Account(simulator, 1001)
        let call = try await alice.call(1003)
        do {
            try await call.connected()
            XCTFail("Carol takes no calls")
        } catch let error as CallEnded {
            XCTAssertEqual(error.event.end, .privacy)
            XCTAssertEqual(error.event.action, .tellUser)
        }
        await alice.close()
    }

    func testWhatAHostsClosureThrowsEndsNothingOfOurs() async throws {
        struct Broken: Error {}
        let (thrown, thrownIn) = AsyncStream.makeStream(of: Void.self)
        let client = try Client(Configuration(userID: 1)) { _ in
            thrownIn.yield()
            throw Broken()
        }
        let call = try await client.call(user: 2, accessHash: 3)
        for await _ in thrown { break }
        // It may have ended the call by now.
        _ = try? await call.hangUp()
        try await call.ended()
        let next = try await client.call(user: 2, accessHash: 3)
        XCTAssertNotEqual(next.id, call.id)
        await client.close()
    }

    func testATaskThatIsCancelledWaitsNoLonger() async throws {
        let client = try Client(Configuration(userID: 1), invoke: silence)
        let call = try await client.call(user: 2, accessHash: 3)
        let waiting = Task { try await call.connected() }
        waiting.cancel()
        do {
            try await waiting.value
            XCTFail("it never was connected")
        } catch {
            XCTAssertTrue(error is CancellationError, "\(error)")
        }
        await client.close()
    }

    func testEveryRefusalHasItsStatusAndText() async throws {
        let client = try Client(Configuration(userID: 1), invoke: silence)
        await expect(.errArgument) { _ = try await client.call(user: 0, accessHash: 0) }
        await expect(.errArgument) { _ = try await client.call(user: 1, accessHash: 0) }
        await expect(.errNotFound) { try client.opened(socket: 7, local: Address(ip: [127, 0, 0, 1], port: 9)) }
        await expect(.errState) { _ = try client.drain() }
        await expect(.errArgument) { _ = try await client.attach(key: [1, 2, 3], outgoing: true) { _ in } }
        let call = try await client.call(user: 2, accessHash: 3)
        await expect(.errLimit) { _ = try await client.call(user: 2, accessHash: 3) }
        await expect(.errState) { try await call.accept() }
        await expect(.errState) { _ = try call.emoji }
        let samples = [Int16](repeating: 0, count: 960)
        await expect(.errArgument) { _ = try call.push(samples, rateHz: 7) }
        await expect(.errArgument) { _ = try call.push(samples, rateHz: 48_000, channels: 0) }
        await expect(.errArgument) { _ = try call.pull(frames: -1, rateHz: 48_000) }
        await expect(.errArgument) { _ = try call.listen(rateHz: 1) }
        var configuration = Configuration(userID: 1)
        configuration.versions = ["1.2.3"]
        await expect(.errUnsupported) { [configuration] in _ = try Client(configuration, invoke: silence) }
        await client.close()
    }

    func testAnAttachedCallTalks() async throws {
        let key = (0..<256).map { UInt8(truncatingIfNeeded: 3 * $0 + 1) }
        let sides = [try Client(attachedOnly: Configuration()), try Client(attachedOnly: Configuration())]
        let (packets, packetsIn) = AsyncStream.makeStream(of: (Int, [UInt8]).self)
        var calls: [Call] = []
        for side in 0..<2 {
            try sides[side].setInterfaces([Address(ip: [127, 0, 0, 1])])
            calls.append(
                try await sides[side].attach(key: key, outgoing: side == 0) { packetsIn.yield((1 - side, $0)) })
        }
        let carried = Task { [calls] in
            for await (side, packet) in packets { _ = try? calls[side].feed(packet) }
        }
        for call in calls {
            try call.addWebrtc(id: 1, ip: "127.0.0.1", port: 9, username: "", password: "", turn: false, stun: true)
            try call.connect(version: "9.0.0", p2pAllowed: true)
        }
        for call in calls { try await call.connected() }
        for side in sides { await side.close() }
        packetsIn.finish()
        await carried.value
    }

    func testAnEmbeddedClientHasItsRequestsAsEvents() async throws {
        let woken = Locked(0)
        var configuration = Configuration(userID: 1)
        configuration.wake = { woken.with { $0 += 1 } }
        let client = try Client(embedded: configuration)
        let call = try await client.call(user: 2, accessHash: 3)
        XCTAssertEqual(woken.with { $0 }, 1)
        var requests: [InvokeEvent] = []
        try client.drain { if case .invoke(let request) = $0 { requests.append(request) } }
        XCTAssertEqual(requests.map(\.method), ["messages.getDhConfig"])
        XCTAssertEqual(requests.first?.call, call.id)
        XCTAssertNotNil(try client.nextTimeoutMs)
        try client.answer(request: requests[0].request, with: RpcError(code: 500, text: "INTERNAL"))
        await expect(.errNotFound) {
            try client.answer(request: requests[0].request, with: RpcError(code: 500, text: "INTERNAL"))
        }
        await client.close()
    }

    func testRequestsBeginInTheirOrder() async throws {
        let spawn = orderly()
        let begun = Locked<[Int]>([])
        var tasks: [Task<Void, Never>] = []
        for number in 0..<1000 {
            tasks.append(
                spawn {
                    begun.with { $0.append(number) }
                    await Task.yield()
                })
        }
        for task in tasks { await task.value }
        XCTAssertEqual(begun.with { $0 }, Array(0..<1000))
    }

    func testTheLibrarySaysWhatItIs() {
        XCTAssertEqual(Library.version.split(separator: ".").count, 3)
        XCTAssertTrue(Library.has(.media))
        XCTAssertEqual(StreamKind(of: 2 << 32 | 5), .audioReceived)
        XCTAssertEqual(try? Address(sockaddr: UnsafeRawBufferPointer(start: nil, count: 0)), nil)
        let address = Address(ip: [127, 0, 0, 1], port: 80)
        let read = try? address.sockaddr().withUnsafeBytes { try Address(sockaddr: $0) }
        XCTAssertEqual(read, address)
    }
}
