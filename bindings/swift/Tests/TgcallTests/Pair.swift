import Foundation
import TelegramSim
import XCTest

@testable import Tgcall

/// `tgcall-sim` as a process, for one test.
final class Simulator {
    let port: UInt16
    private let process = Process()

    init() throws {
        guard let path = ProcessInfo.processInfo.environment["TGCALL_SIM"] else {
            throw XCTSkip("SKIPPED: TGCALL_SIM does not name a tgcall-sim")
        }
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = ["--port", "0", "--seed", "1"]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        var line = Data()
        while !line.contains(10) {
            let more = pipe.fileHandleForReading.availableData
            if more.isEmpty { break }
            line += more
        }
        let text = String(decoding: line, as: UTF8.self).split(separator: "\n").first ?? ""
        port = try XCTUnwrap(UInt16(text), "the first line of tgcall-sim is its port")
    }

    deinit {
        // It has inherited a thread of Dispatch's mask, in which SIGTERM is blocked.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}

/// An account of the simulator's with its client.
struct Account: Sendable {
    let telegram: TelegramSim
    let client: Client
    private let updates: Task<Void, Never>

    init(_ simulator: Simulator, _ user: Int64, _ configuration: (inout Configuration) -> Void = { _ in }) throws {
        let telegram = try TelegramSim(port: simulator.port, account: user)
        var settings = Configuration(userID: user)
        configuration(&settings)
        let client = try Client(settings) { try await telegram.invoke($0) }
        try client.setServerTime(telegram.serverTime)
        updates = Task { [weak client] in
            for await update in telegram.updates { _ = try? client?.feed(update) }
        }
        (self.telegram, self.client) = (telegram, client)
    }

    func close() async {
        await client.close()
        telegram.close()
        await updates.value
    }

    func call(_ user: Int64) async throws -> Call {
        try await client.call(user: user, accessHash: telegram.accessHash(of: user))
    }

    func incoming() async throws -> Call {
        for await call in client.incoming { return call }
        throw TgcallError.closed
    }
}

/// Alice talks to Bob.
struct Pair {
    let simulator: Simulator
    let alice: Account
    let bob: Account
    let callers: Call
    let callees: Call

    init(_ configuration: (inout Configuration) -> Void = { _ in }) async throws {
        simulator = try Simulator()
        alice = try Account(simulator, 1001, configuration)
        bob = try Account(simulator, 1002, configuration)
        callers = try await alice.call(1002)
        callees = try await bob.incoming()
        try await callees.accept()
        try await callers.connected()
        try await callees.connected()
    }

    func close() async {
        await alice.close()
        await bob.close()
    }
}

/// A Telegram that never answers.
@Sendable func silence(_ request: Request) async throws -> [UInt8] {
    try await Task.sleep(nanoseconds: 60_000_000_000)
    return []
}

func expect(
    _ status: Status, file: StaticString = #filePath, line: UInt = #line, _ body: () async throws -> Void
) async {
    do {
        try await body()
        XCTFail("it went well, where \(status) was to be", file: file, line: line)
    } catch let error as TgcallError {
        XCTAssertEqual(error.status, status, "\(error)", file: file, line: line)
        XCTAssertFalse(error.text.isEmpty, "an error has a text", file: file, line: line)
    } catch {
        XCTFail("\(error)", file: file, line: line)
    }
}
