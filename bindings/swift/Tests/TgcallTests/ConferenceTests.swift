import XCTest

@testable import Tgcall

/// The server is an array of blocks and one of broadcasts.
final class ConferenceTests: XCTestCase {
    private struct Server {
        var blocks: [[UInt8]] = []
        var broadcasts: [[UInt8]] = []

        mutating func take(_ block: [UInt8], _ devices: [Conference]) throws {
            let block = try Conference.serverForm(of: block)
            blocks.append(block)
            for device in devices { XCTAssertEqual(try device.apply(block: block), .ok) }
        }

        /// Until nobody has anything more to say.
        mutating func settle(_ devices: [Conference]) throws {
            var isSilent = false
            while !isSilent {
                isSilent = true
                for device in devices {
                    while let broadcast = try device.nextBroadcast() {
                        isSilent = false
                        let form = try Conference.serverForm(of: broadcast)
                        for other in devices { XCTAssertEqual(try other.feed(broadcast: form), .ok) }
                    }
                }
            }
        }
    }

    func testTwoAgreeOnEmojiAndFrames() async throws {
        var server = Server()
        let anna = try Conference(user: 1)
        try server.take(try XCTUnwrap(anna.join()), [anna])
        let ben = try Conference(user: 2)
        try server.take(try XCTUnwrap(ben.join(newest: server.blocks[0])), [anna, ben])
        try server.settle([anna, ben])
        XCTAssertEqual(try anna.state, .active)
        XCTAssertEqual(try anna.verification, .done)
        XCTAssertEqual(try anna.emoji?.count, 4)
        XCTAssertEqual(try anna.emoji, try ben.emoji)
        XCTAssertEqual(try anna.words, try ben.words)
        XCTAssertEqual(try anna.words.count, 24)
        XCTAssertEqual(try anna.block.hash, try ben.block.hash)
        XCTAssertEqual(try anna.participants.map(\.user).sorted(), [1, 2])
        XCTAssertEqual(try anna.participants.first { $0.user == 2 }?.key, try ben.publicKey)

        let frame = (0..<60).map { UInt8($0) }
        let packet = try XCTUnwrap(anna.encrypt(frame: frame, codec: .opus, speech: true, levelDbov: 30))
        let opened = try XCTUnwrap(ben.decrypt(frame: packet, codec: .opus, of: 1))
        XCTAssertEqual(opened.frame, frame)
        XCTAssertEqual(opened.levelDbov, 30)
        let message = try anna.encrypt([1, 2, 3], channel: 0, prefix: 1)
        XCTAssertEqual(message[0], 1)
        XCTAssertEqual(try ben.decrypt(message, of: 1), [1, 2, 3])
        XCTAssertNil(try ben.decrypt(message, of: 1), "a packet that is repeated is refused")
        XCTAssertNil(try ben.decrypt([9, 9, 9], of: 1))
        XCTAssertGreaterThan(try ben.reject.count, 0)

        try server.take(try XCTUnwrap(anna.remove(users: [2])), [anna])
        XCTAssertEqual(try ben.apply(block: server.blocks[2]), .empty)
        XCTAssertEqual(try ben.state, .failed)
        XCTAssertEqual(try anna.participantCount, 1)
        try anna.wipe()
        _ = try anna.nextTimeoutMs

        await anna.close()
        await expect(.errState) { _ = try anna.publicKey }
        await expect(.errState) { _ = try anna.encrypt([1]) }
        await expect(.errArgument) { _ = try Conference.serverForm(of: [1, 2, 3]) }
    }
}
