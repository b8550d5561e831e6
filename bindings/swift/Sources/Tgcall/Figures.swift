import CTgcall

/// Figures and reports, also of an ended call while it is remembered.
extension Call {
    /// Figures of one moment, of the call or of one of its `streams`; those that are not known yet, or not of whom was asked, are
    /// left out.
    public func stats(_ stats: [Stat], stream: UInt64 = 0) throws(TgcallError) -> [Stat: Int64] {
        try figures(stats) { numbers, values throws(TgcallError) in
            try self.use { tgcall_call_get_stats($0, self.id, stream, numbers, stats.count, &values) }
        }
    }

    /// The call's streams, those that are sent first.
    public var streams: [UInt64] {
        get throws(TgcallError) {
            try list { ids, capacity, count throws(TgcallError) in
                try self.use { tgcall_call_get_streams($0, self.id, ids, capacity, count) }
            }
        }
    }

    /// Why is it silent? Never a key; IP addresses only if asked for.
    public func report(_ format: ReportFormat = .text, addresses: Bool = false) throws(TgcallError) -> String {
        let bytes = try sized { buffer, capacity, size throws(TgcallError) in
            let text = UnsafeMutableRawPointer(buffer)?.assumingMemoryBound(to: CChar.self)
            try self.use {
                tgcall_call_get_report($0, self.id, format.rawValue, addresses ? 1 : 0, text, capacity, size)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension StreamKind {
    /// What a stream is, by its id.
    public init(of stream: UInt64) {
        self = .known(UInt32(truncatingIfNeeded: stream >> 32))
    }
}

func figures(
    _ stats: [Stat], _ write: ([UInt32], inout [Int64]) throws(TgcallError) -> Void
) throws(TgcallError) -> [Stat: Int64] {
    var values = [Int64](repeating: .min, count: stats.count)
    try write(stats.map(\.rawValue), &values)
    var figures: [Stat: Int64] = [:]
    for (stat, value) in zip(stats, values) where value != .min { figures[stat] = value }
    return figures
}

/// A list whose length is asked for first, and may grow in between.
func list(
    _ write: (UnsafeMutablePointer<UInt64>?, Int, UnsafeMutablePointer<Int>) throws(TgcallError) -> Void
) throws(TgcallError) -> [UInt64] {
    var count = 0
    try write(nil, 0, &count)
    while true {
        var ids = [UInt64](repeating: 0, count: count)
        let capacity = count
        if capacity == 0 { return [] }
        do {
            try write(&ids, capacity, &count)
            return Array(ids.prefix(count))
        } catch {
            if error.status != .errBuffer || count <= capacity { throw error }
        }
    }
}
