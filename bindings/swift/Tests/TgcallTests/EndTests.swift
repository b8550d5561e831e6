import CAllocations
import Foundation
import TelegramSim
import XCTest

@testable import Tgcall

/// Closed handles, dropped clients, and threads that must not wait.
final class EndTests: XCTestCase {
    func testAClosedClientIsAnErrorAndNeverACrash() async throws {
        let client = try Client(Configuration(userID: 1), invoke: silence)
        let call = try await client.call(user: 2, accessHash: 3)
        let waiting = Task { try await call.connected() }
        await client.close()
        await client.close()
        await expect(.errState) { _ = try await client.call(user: 2, accessHash: 3) }
        await expect(.errState) { _ = try client.feed([1, 2, 3, 4]) }
        await expect(.errState) { _ = try client.calls }
        await expect(.errState) { _ = try client.stats([.calls]) }
        await expect(.errState) { try await call.hangUp() }
        await expect(.errState) { _ = try call.state }
        await expect(.errState) { _ = try call.listen() }
        await expect(.errState) { _ = try client.drain() }
        var samples = [Int16](repeating: 7, count: 960)
        samples.withUnsafeMutableBufferPointer { samples in
            XCTAssertEqual(call.push(UnsafeBufferPointer(samples), rateHz: 48_000), .errState)
            XCTAssertEqual(call.pull(into: samples, rateHz: 48_000), .errState)
        }
        XCTAssertEqual(samples, [Int16](repeating: 0, count: 960), "silence also when it fails")
        XCTAssertEqual(call.level.sent, 0)
        XCTAssertNil(client.call(id: call.id))
        for await _ in client.events {}
        do {
            try await waiting.value
            XCTFail("it never was connected")
        } catch {}
    }

    func testClientsThatAreDroppedAreFreed() async throws {
        var cores: [Weak] = []
        for number in 1...20 {
            let client = try Client(Configuration(userID: Int64(number))) { _ in throw CancellationError() }
            _ = try await client.call(user: 1000, accessHash: 3)
            cores.append(Weak(core: client.core))
        }
        // They are freed behind our back.
        for core in cores {
            while core.core != nil { await Task.yield() }
        }
    }

    private struct Weak {
        weak var core: Core?
    }

    /// The last who holds the client lets go of it on the library's own thread.
    func testAClientMayEndOnTheLibrarysThread() async throws {
        let pair = try await Pair()
        let (ended, endedIn) = AsyncStream.makeStream(of: Void.self)
        let last = Locked<Client?>(try Client(attachedOnly: Configuration()))
        weak var core = last.with { $0?.core }
        try pair.callees.deliver { _, _, _ in
            let client = last.with { last in
                defer { last = nil }
                return last
            }
            if client != nil { endedIn.yield() }
        }
        for await _ in ended { break }
        while core != nil { await Task.yield() }
        // And that of the call itself, in the middle of its sound.
        let own = Locked<Account?>(pair.bob)
        try pair.callees.deliver { _, _, _ in
            own.with { $0 }?.client.core.close()
            endedIn.yield()
        }
        for await _ in ended { break }
        await own.with { $0 }?.client.core.handle.freed()
        await pair.close()
    }

    /// The library cannot be freed before its callback returns; whoever drops the client has not to wait for that.
    func testWhoDropsAClientWaitsForNobody() async throws {
        var pair: Pair? = try await Pair()
        let (inside, insideIn) = AsyncStream.makeStream(of: Void.self)
        let go = DispatchSemaphore(value: 0)
        try pair!.callees.deliver { _, _, _ in
            insideIn.yield()
            go.wait()
        }
        for await _ in inside { break }
        weak var core = pair!.bob.client.core
        pair = nil
        XCTAssertNotNil(core, "the library's thread is still inside")
        go.signal()
        while core != nil { await Task.yield() }
    }

    func testManyThreadsMayCloseWhatManyUse() async throws {
        for _ in 0..<10 {
            let client = try Client(Configuration(userID: 1), invoke: silence)
            let call = try await client.call(user: 2, accessHash: 3)
            await withTaskGroup(of: Void.self) { group in
                for index in 0..<8 {
                    group.addTask {
                        if index % 4 == 3 { return await client.close() }
                        for _ in 0..<200 {
                            _ = try? call.state
                            _ = try? call.push([Int16](repeating: 0, count: 960), rateHz: 48_000)
                        }
                    }
                }
            }
        }
    }

    func testSoundAllocatesNothing() async throws {
        let pair = try await Pair()
        let call = pair.callers
        let counted: [Int] = await withCheckedContinuation { done in
            let thread = Thread {
                var samples = [Int16](repeating: 100, count: 960)
                var floats = [Float](repeating: 0.1, count: 960)
                func turn() {
                    samples.withUnsafeMutableBufferPointer { samples in
                        call.push(UnsafeBufferPointer(samples), rateHz: 48_000)
                        call.pull(into: samples, rateHz: 48_000)
                    }
                    floats.withUnsafeMutableBufferPointer { floats in
                        call.push(UnsafeBufferPointer(floats), rateHz: 48_000)
                        call.pull(into: floats, rateHz: 48_000)
                    }
                    _ = call.level
                }
                for _ in 0..<50 { turn() }
                let before = allocations_of_this_thread()
                for _ in 0..<500 { turn() }
                let counted = allocations_of_this_thread() - before
                // That it counts at all.
                let array = [Int](repeating: counted, count: 1000)
                done.resume(returning: [counted, allocations_of_this_thread() - before - array[0]])
            }
            thread.start()
        }
        if allocations_of_this_thread() < 0 { throw XCTSkip("SKIPPED: allocations cannot be counted here") }
        XCTAssertEqual(counted[0], 0)
        XCTAssertGreaterThan(counted[1], 0)
        await pair.close()
    }

    func testALoggerMayCallBack() async throws {
        let client = Locked<Client?>(nil)
        let (lines, linesIn) = AsyncStream.makeStream(of: String.self)
        var configuration = Configuration(userID: 1)
        configuration.logLevel = .trace
        configuration.log = { _, _, line in
            _ = try? client.with { $0 }?.calls
            linesIn.yield(line)
        }
        let made = try Client(configuration, invoke: silence)
        client.with { $0 = made }
        _ = try await made.call(user: 2, accessHash: 3)
        for await line in lines {
            XCTAssertFalse(line.isEmpty)
            break
        }
        client.with { $0 = nil }
        await made.close()
    }

    func testClockAndRandomSourceAreTheHosts() async throws {
        let asked = Locked((clock: 0, random: 0))
        var configuration = Configuration(userID: 1)
        configuration.clock = {
            asked.with { $0.clock += 1 }
            return 1_000_000_000
        }
        configuration.random = { buffer in
            asked.with { $0.random += 1 }
            for index in buffer.indices { buffer[index] = UInt8(truncatingIfNeeded: index) }
            return true
        }
        let client = try Client(embedded: configuration)
        _ = try await client.call(user: 2, accessHash: 3)
        try client.drain()
        await client.close()
        XCTAssertGreaterThan(asked.with { $0.clock }, 0)
        // The same bytes make the same keys.
        let keys = try (0..<2).map { _ in try Conference(user: 1, configuration).publicKey }
        XCTAssertEqual(keys[0], keys[1])
        XCTAssertGreaterThan(asked.with { $0.random }, 0)
    }
}
