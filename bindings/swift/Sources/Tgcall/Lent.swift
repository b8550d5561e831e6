import CTgcall

// What the library lends is copied before it is handed on.

extension String {
    init(lent text: tgcall_text) {
        let bytes = UnsafeRawBufferPointer(start: text.data, count: text.size)
        self = String(decoding: bytes, as: UTF8.self)
    }
}

extension [UInt8] {
    init(lent bytes: tgcall_bytes) {
        self.init(UnsafeBufferPointer(start: bytes.data, count: bytes.size))
    }
}

/// A choice whose 0 is none.
protocol Choice: RawRepresentable where RawValue == UInt32 {
    static var none: Self { get }
}

extension Choice {
    /// A number that only a newer library knows is none of ours.
    static func known(_ number: UInt32) -> Self { Self(rawValue: number) ?? .none }
}

extension Action: Choice {}
extension CallKind: Choice {}
extension CallState: Choice {}
extension Change: Choice {}
extension ConferenceState: Choice {}
extension Direction: Choice {}
extension End: Choice {}
extension GroupMode: Choice {}
extension PeerKind: Choice {}
extension SocketProtocol: Choice {}
extension StreamKind: Choice {}
extension Verification: Choice {}
extension VideoCodec: Choice {}
extension VideoSource: Choice {}

/// The bytes of any collection, for the time of a call; copied only where they do not lie one after another.
func withBytes<Result>(_ bytes: some Collection<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    if let result = bytes.withContiguousStorageIfAvailable(body) { return result }
    return Array(bytes).withUnsafeBufferPointer(body)
}

/// What a function writes into a buffer whose size it is asked for first, which may grow in between.
func sized(
    _ write: (UnsafeMutablePointer<UInt8>?, Int, UnsafeMutablePointer<Int>) throws(TgcallError) -> Void
) throws(TgcallError) -> [UInt8] {
    var size = 0
    try write(nil, 0, &size)
    while true {
        let capacity = max(size, 1)
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        defer { memory.deallocate() }
        do {
            try write(memory, capacity, &size)
            return Array(UnsafeBufferPointer(start: memory, count: size))
        } catch {
            if error.status != .errBuffer || size <= capacity { throw error }
        }
    }
}

/// An IP address and a port.
public struct Address: Hashable, Sendable {
    /// 4 bytes or 16, in network order; none: no address.
    public var ip: [UInt8]
    public var port: UInt16
    /// The number of the interface of a link-local IPv6 address; else 0.
    public var scope: UInt32

    public init(ip: [UInt8], port: UInt16 = 0, scope: UInt32 = 0) {
        self.ip = ip
        self.port = port
        self.scope = scope
    }

    /// Reads this platform's `sockaddr`.
    public init(sockaddr: UnsafeRawBufferPointer) throws(TgcallError) {
        var raw = tgcall_addr()
        try Status.of(tgcall_addr_from_sockaddr(sockaddr.baseAddress, sockaddr.count, &raw))
        self.init(raw)
    }

    /// This platform's `sockaddr`, as bytes.
    public func sockaddr() throws(TgcallError) -> [UInt8] {
        var raw = self.raw
        return try sized { (buffer, capacity, size) throws(TgcallError) in
            try Status.of(tgcall_addr_to_sockaddr(&raw, buffer, capacity, size))
        }
    }

    init(_ raw: tgcall_addr) {
        let all = withUnsafeBytes(of: raw.ip) { [UInt8]($0) }
        ip = raw.family == 4 ? Array(all.prefix(4)) : raw.family == 6 ? all : []
        port = raw.port
        scope = raw.scope
    }

    /// An address of no such length is that of no family, which the library refuses.
    var raw: tgcall_addr {
        var raw = tgcall_addr()
        withUnsafeMutableBytes(of: &raw.ip) { $0.copyBytes(from: ip.prefix(16)) }
        raw.port = port
        raw.family = ip.count == 4 ? 4 : ip.count == 16 ? 6 : 0
        raw.scope = scope
        return raw
    }
}
