import Foundation
import Tgcall

#if canImport(Glibc)
import Glibc
private let stream = Int32(SOCK_STREAM.rawValue)
private let noSignal = Int32(MSG_NOSIGNAL)
#elseif canImport(Darwin)
import Darwin
private let stream = SOCK_STREAM
private let noSignal: Int32 = 0
#endif

/// A host's connection to Telegram, which here is `tgcall-sim` on loopback; a real host has its MTProto library instead.
///
/// A frame, little-endian: u32 bytes that follow, u8 kind, u64 request id, TL body.
public final class TelegramSim: @unchecked Sendable {
    private enum Kind: UInt8 {
        case request = 0
        case answer = 1
        case update = 2
        case hello = 3
    }

    private let descriptor: Int32
    private let lock = NSLock()
    private var waiting: [UInt64: CheckedContinuation<[UInt8], any Error>] = [:]
    private var count: UInt64 = 1
    private var isGone = false
    private let updatesIn: AsyncStream<[UInt8]>.Continuation
    private let hello: [UInt8]

    /// What Telegram has to say, for `Client.feed`.
    public let updates: AsyncStream<[UInt8]>

    /// Connects and says who we are.
    public init(port: UInt16, account: Int64, device: UInt32 = 1) throws {
        let descriptor = dial(port)
        let frame = Self.frame(.hello, 1, bytes(of: account) + bytes(of: device))
        guard descriptor >= 0, Self.write(descriptor, frame), let (_, _, hello) = Self.read(descriptor) else {
            drop(descriptor)
            throw RpcError(code: 0, text: "no tgcall-sim on port \(port)")
        }
        let (updates, updatesIn) = AsyncStream.makeStream(of: [UInt8].self)
        self.updates = updates
        self.updatesIn = updatesIn
        self.descriptor = descriptor
        self.hello = hello
        Thread { self.run() }.start()
    }

    /// Ends the connection; who waits for an answer gets none.
    public func close() {
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    deinit {
        drop(descriptor)
    }

    public var serverTime: Int64 { Int64(bitPattern: number(hello, 0, 8)) }

    /// The access hash by which this account knows a user; 0 for a stranger.
    public func accessHash(of user: Int64) -> Int64 {
        var at = 12
        for _ in 0..<number(hello, 8, 4) {
            if Int64(bitPattern: number(hello, at, 8)) == user { return Int64(bitPattern: number(hello, at + 8, 8)) }
            at += 20 + Int(number(hello, at + 16, 4))
        }
        return 0
    }

    /// A chat of ours, as it was when we connected, and the group call that was up in it; 0: none.
    public func chat(_ id: Int64) -> (peer: Peer, call: Int64, accessHash: Int64)? {
        let users = Int(number(hello, 8, 4))
        var at = 12
        for _ in 0..<users { at += 20 + Int(number(hello, at + 16, 4)) }
        for _ in 0..<users { at += 4 + Int(number(hello, at, 4)) }  // their second names
        at += 4
        while at + 37 <= hello.count {
            let field = { (offset: Int) in Int64(bitPattern: number(self.hello, at + offset, 8)) }
            if field(1) == id {
                let peer = hello[at] == 0 ? Peer.chat(id) : .channel(id, accessHash: field(9))
                return (peer, field(17), field(25))
            }
            at += 37 + Int(number(hello, at + 33, 4))
        }
        return nil
    }

    /// Sends a request; its answer, or an `RpcError`.
    public func invoke(_ request: Request) async throws -> [UInt8] {
        let answer: [UInt8] = try await withCheckedThrowingContinuation { continuation in
            lock.withLock {
                count += 1
                if isGone || !Self.write(descriptor, Self.frame(.request, count, request.bytes)) {
                    return continuation.resume(throwing: RpcError(code: 0, text: "no connection"))
                }
                waiting[count] = continuation
            }
        }
        // rpc_error: id, code, text as a TL string; no error's name is as long as 254 bytes.
        guard answer.count >= 12, number(answer, 0, 4) == 0x2144_ca19 else { return answer }
        let text = String(decoding: answer[9...].prefix(Int(answer[8])), as: UTF8.self)
        throw RpcError(code: Int32(truncatingIfNeeded: number(answer, 4, 4)), text: text)
    }

    private func run() {
        while let (kind, request, body) = Self.read(descriptor) {
            switch kind {
            case .answer: lock.withLock { waiting.removeValue(forKey: request) }?.resume(returning: body)
            case .update: updatesIn.yield(body)
            default: break
            }
        }
        let left = lock.withLock {
            defer { (waiting, isGone) = ([:], true) }
            return waiting.values
        }
        for one in left { one.resume(throwing: RpcError(code: 0, text: "no connection")) }
        updatesIn.finish()
    }

    private static func frame(_ kind: Kind, _ request: UInt64, _ body: [UInt8]) -> [UInt8] {
        bytes(of: UInt32(9 + body.count)) + [kind.rawValue] + bytes(of: request) + body
    }

    private static func write(_ socket: Int32, _ data: [UInt8]) -> Bool {
        var sent = 0
        while sent < data.count {
            let now = data.withUnsafeBytes { send(socket, $0.baseAddress! + sent, data.count - sent, noSignal) }
            if now <= 0 { return false }
            sent += now
        }
        return true
    }

    private static func read(_ socket: Int32) -> (Kind, UInt64, [UInt8])? {
        guard let head = read(socket, 13) else { return nil }
        guard let kind = Kind(rawValue: head[4]), let body = read(socket, Int(number(head, 0, 4)) - 9) else { return nil }
        return (kind, number(head, 5, 8), body)
    }

    private static func read(_ socket: Int32, _ size: Int) -> [UInt8]? {
        guard size >= 0 else { return nil }
        var data = [UInt8](repeating: 0, count: size)
        var got = 0
        while got < size {
            let now = data.withUnsafeMutableBytes { recv(socket, $0.baseAddress! + got, size - got, 0) }
            if now <= 0 { return nil }
            got += now
        }
        return data
    }
}

/// A socket that is connected to that port of this machine; -1 if there is nobody.
private func dial(_ port: UInt16) -> Int32 {
    let descriptor = socket(AF_INET, stream, 0)
    var to = sockaddr_in()
    to.sin_family = sa_family_t(AF_INET)
    to.sin_port = port.bigEndian
    to.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let connected = withUnsafePointer(to: &to) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
    if connected == 0 { return descriptor }
    drop(descriptor)
    return -1
}

private func drop(_ descriptor: Int32) {
    if descriptor >= 0 { close(descriptor) }
}

private func bytes(of number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
}

private func number(_ bytes: [UInt8], _ at: Int, _ size: Int) -> UInt64 {
    bytes[at..<at + size].reversed().reduce(0) { $0 << 8 | UInt64($1) }
}
