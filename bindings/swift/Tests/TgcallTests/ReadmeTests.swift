import XCTest

@testable import Tgcall

/// What the README shows is Swift that compiles; tests/swift.rs compares the lines.
final class ReadmeTests: XCTestCase {
    private actor Telegram {
        nonisolated let updates = AsyncStream<[UInt8]> { $0.finish() }

        func send(_ bytes: [UInt8]) async throws -> [UInt8] { throw RpcError(code: 0, text: "no connection") }
    }

    private func call(
        _ telegram: Telegram, _ me: Int64, _ friend: Int64, _ hash: Int64, _ microphone: UnsafeBufferPointer<Int16>,
        _ loudspeaker: UnsafeMutableBufferPointer<Int16>
    ) async throws {
        let client = try Client(Configuration(userID: me)) { try await telegram.send($0.bytes) }
        let updates = Task { for await update in telegram.updates { try client.feed(update) } }
        let call = try await client.call(user: friend, accessHash: hash)
        try await call.connected()
        print(try call.emoji)
        call.push(microphone, rateHz: 48_000)
        call.pull(into: loudspeaker, rateHz: 48_000)
        try await call.hangUp()
        print(try await call.ended().end)
        await client.close()
        updates.cancel()
    }

    func testTheCallOfTheReadmeEndsWithoutATelegram() async throws {
        let samples = UnsafeMutableBufferPointer<Int16>.allocate(capacity: 960)
        samples.initialize(repeating: 0)
        defer { samples.deallocate() }
        await expect(.errArgument) {
            try await self.call(Telegram(), 1, 0, 2, UnsafeBufferPointer(samples), samples)
        }
    }
}
