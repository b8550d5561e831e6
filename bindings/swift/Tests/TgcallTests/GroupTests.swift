import TelegramSim
import XCTest

@testable import Tgcall

/// Group calls over `tgcall-sim`.
final class GroupTests: XCTestCase {
    static let (alice, bob, friends): (Int64, Int64, Int64) = (1001, 1002, 5001)

    private func account(_ simulator: Simulator, _ user: Int64) throws -> Account {
        let account = try Account(simulator, user)
        try account.client.setInterfaces([Address(ip: [127, 0, 0, 1])])  // where tgcall-sim has its media server
        return account
    }

    func testTwoHearEachOtherAndAskTelegram() async throws {
        let simulator = try Simulator()
        let alice = try account(simulator, Self.alice)
        let chat = try XCTUnwrap(alice.telegram.chat(Self.friends)).peer
        let hers = try await alice.client.createGroup(in: chat, title: "Song")
        XCTAssertEqual(try hers.kind, .group)
        try await hers.join()
        XCTAssertEqual(try hers.mode, .connected)
        let bob = try account(simulator, Self.bob)
        let told = try XCTUnwrap(bob.telegram.chat(Self.friends))
        let his = try bob.client.openGroup(id: told.call, accessHash: told.accessHash)
        try await his.join()

        try hers.setSeparate(true)
        let playing = Task { try await play(his) }
        for await frame in try hers.listen(rateHz: 16000) where frame.peer == .user(Self.bob) {
            if Tone.share(of: frame.samples, rateHz: 16000) > 0.8 { break }
        }
        playing.cancel()
        _ = await playing.result
        let back = Task { try await play(hers) }
        for await frame in try his.listen(rateHz: 16000) {
            if Tone.share(of: frame.samples, rateHz: 16000) > 0.8 { break }
        }
        back.cancel()
        _ = await back.result

        while try hers.roster.count < 2 { try await Task.sleep(nanoseconds: 20_000_000) }
        let roster = try hers.roster
        XCTAssertEqual(Set(roster.map(\.peer.id)), [Self.alice, Self.bob])
        XCTAssertEqual(roster.title, "Song")
        XCTAssertTrue(roster.settings.contains(.creator))
        XCTAssertEqual(roster.me?.peer.id, Self.alice)
        XCTAssertEqual(roster.find(.user(Self.bob))?.volume, 10000)
        XCTAssertNil(roster.find(.user(999)))
        try await hers.setTitle("Dance")
        XCTAssertEqual(try hers.roster.title, "Dance")
        do {
            try await his.setTitle("Mine")
            XCTFail("only admins may")
        } catch let refused as WishRefused {
            XCTAssertEqual(refused.answer.error, "GROUPCALL_FORBIDDEN")
        }
        try await hers.setMuted(.user(Self.bob, accessHash: alice.telegram.accessHash(of: Self.bob)), true)
        XCTAssertEqual(try hers.roster.find(.user(Self.bob))?.isMutedByAdmin, true)
        let link = try await hers.exportLink()
        XCTAssertTrue(link.contains("t.me"))
        let peers = try await alice.client.joinAs(in: chat)
        XCTAssertTrue(peers.contains(.me))

        let ended = try await his.leave()
        XCTAssertEqual(ended.end, .localHangup)
        try await hers.endForAll()
        await alice.close()
        await bob.close()
        XCTAssertEqual(roster.count, 2, "also after the client")
    }

    func testACameraIsSeenByWhoWantsIt() async throws {
        let simulator = try Simulator()
        let alice = try account(simulator, Self.alice)
        let chat = try XCTUnwrap(alice.telegram.chat(Self.friends)).peer
        let hers = try await alice.client.createGroup(in: chat, title: "Film")
        let vp8 = VideoCodecs(encoded: [.vp8], decoded: [.vp8])
        try hers.setVideoCodecs(vp8)
        try await hers.join()
        let bob = try account(simulator, Self.bob)
        let told = try XCTUnwrap(bob.telegram.chat(Self.friends))
        let his = try bob.client.openGroup(id: told.call, accessHash: told.accessHash)
        try his.setVideoCodecs(vp8)
        try await his.join()
        while try his.roster.find(.user(Self.alice)) == nil { try await Task.sleep(nanoseconds: 20_000_000) }

        try his.want(.user(Self.alice), .camera, quality: .full)
        let events = hers.events
        let shooting = Task {
            for await event in events {
                guard case .videoEncode(let encode) = event else { continue }
                if encode.bitsPerS == 0 { return true }
                try PictureTests.frame.withUnsafeBufferPointer { bytes in
                    _ = try hers.push(
                        .camera, codec: .vp8, timestamp: 7, isKey: true, frame: bytes, layer: encode.layer)
                }
            }
            return false
        }
        let seen = his.events
        try hers.startVideo(.camera, width: 640, height: 360)
        for await event in seen {
            if case .videoReady(let ready) = event {
                XCTAssertEqual(ready.peer.id, Self.alice)
                break
            }
        }
        let pulled = try his.pull(.user(Self.alice), .camera)
        let frame = try XCTUnwrap(pulled)
        XCTAssertEqual(frame.bytes, PictureTests.frame)
        XCTAssertEqual([frame.width, frame.height], [640, 360])
        XCTAssertNil(try his.pull(.camera))
        try his.wantKeyFrame(.user(Self.alice), .camera)
        try his.want(.user(Self.alice), .camera, quality: .none)
        let hasStopped = try await shooting.value
        XCTAssertTrue(hasStopped)
        try await his.leave()
        try await hers.endForAll()
        await alice.close()
        await bob.close()
    }

    func testTwoCompareInAConferenceAndOneIsRemoved() async throws {
        let simulator = try Simulator()
        let (alice, bob) = (try account(simulator, Self.alice), try account(simulator, Self.bob))
        let hers = try await alice.client.createConference()
        let his = try bob.client.openLink(try hers.roster.link)
        try await his.join()
        while try hers.roster.count < 2 || hers.words != his.words { try await Task.sleep(nanoseconds: 20_000_000) }
        XCTAssertEqual(try his.words.split(separator: " ").count, 24)
        let emoji = (try await verified(hers), try await verified(his))
        XCTAssertEqual(emoji.0, emoji.1)
        let playing = Task { try await play(hers) }
        for await frame in try his.listen(rateHz: 16000) {
            if Tone.share(of: frame.samples, rateHz: 16000) > 0.8 { break }
        }
        playing.cancel()
        _ = await playing.result
        try await hers.remove(user: .user(Self.bob))
        let end = try await his.ended().end
        XCTAssertEqual([end], [.privacy])
        try await hers.leave()
        await alice.close()
        await bob.close()
    }

    /// The emoji, once they are there.
    private func verified(_ call: Call) async throws -> [String] {
        while true {
            do { return try call.emoji } catch { try await Task.sleep(nanoseconds: 20_000_000) }
        }
    }

    func testACallThatSomebodyElseJoins() async throws {
        let simulator = try Simulator()
        let alice = try account(simulator, Self.alice)
        let group = try alice.client.attachGroup(muted: true)
        let (params, source) = try group.payload()
        XCTAssertTrue(params.contains("fingerprints"))
        XCTAssertThrowsError(try group.connect(source: source, params: "no answer"))
        try group.feed(participant: .user(Self.bob), source: 77, volume: 5000)
        try group.feed(
            video: .camera, of: .user(Self.bob), endpoint: "end", sourceGroups: #"[{"semantics":"SIM","sources":[1]}]"#)
        XCTAssertEqual(try group.roster.first?.switches.contains(.camera), true)
        XCTAssertThrowsError(try group.feed(part: [], request: 77), "nobody waits for it")
        XCTAssertThrowsError(try group.feed(lastTimeMs: 1000, request: 77))
        try group.remove(participant: .user(Self.bob))
        XCTAssertTrue(try group.roster.isEmpty)
        try group.startJoin()
        XCTAssertNotEqual(try group.payload().source, source)
        try await group.leave()
        await alice.close()
    }
}

private func play(_ call: Call) async throws {
    var tone = Tone(rateHz: 16000)
    try call.setQueue(ms: 1000)
    while !Task.isCancelled {
        while try call.queuedMs < 200 { _ = try call.push(tone.next(frames: 320), rateHz: 16000) }
        try await Task.sleep(nanoseconds: 20_000_000)
    }
}
