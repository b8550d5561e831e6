import CTgcall

/// Sound that was received, at Telegram's pace.
public struct AudioFrame: Hashable, Sendable {
    /// Interleaved.
    public let samples: [Int16]
    public let rateHz: UInt32
    public let channels: UInt32
    /// Whose, in a group call where each is heard by himself; else of kind `none`.
    public let peer: Peer
}

/// Who takes the sound that is delivered.
struct Sink: Sendable {
    /// Tells it from all others of this call.
    let number: UInt64
    let take: @Sendable (UnsafeBufferPointer<Int16>, UInt32, UInt32, Peer) -> Void
    /// Nothing comes any more.
    let end: @Sendable () -> Void
}

struct Delivery {
    var count: UInt64 = 0
    var sink: Sink?
}

// MARK: - On the audio thread

/// A frame is one sample of each channel; what does not fill a whole one at the end of a buffer is left alone.
///
/// The functions of buffer pointers allocate nothing, wait for no lock and throw nothing, so an audio device's callback may be
/// what calls; they answer the status alone. One thread pushes, and one pulls.
extension Call {
    /// Gives interleaved PCM to send, of 8000 to 48000 Hz, up to 60 ms at a time. `.full`: nothing was taken.
    @discardableResult
    public func push(_ samples: UnsafeBufferPointer<Int16>, rateHz: UInt32, channels: UInt32 = 1) -> Status {
        core.handle.status {
            tgcall_audio_push_s16($0, id, rateHz, channels, samples.baseAddress, wholeFrames(samples.count, channels))
        }
    }

    /// The same with samples from -1 to 1.
    @discardableResult
    public func push(_ samples: UnsafeBufferPointer<Float>, rateHz: UInt32, channels: UInt32 = 1) -> Status {
        core.handle.status {
            tgcall_audio_push_f32($0, id, rateHz, channels, samples.baseAddress, wholeFrames(samples.count, channels))
        }
    }

    /// Takes sound that was received and fills the whole buffer, with silence if need be, also when it fails. `.empty`: there
    /// was nothing.
    @discardableResult
    public func pull(into samples: UnsafeMutableBufferPointer<Int16>, rateHz: UInt32, channels: UInt32 = 1) -> Status {
        let filled = wholeFrames(samples.count, channels)
        let status = core.handle.status { tgcall_audio_pull_s16($0, id, rateHz, channels, samples.baseAddress, filled) }
        fillSilence(samples, from: status.rawValue < 0 ? 0 : filled * Int(channels))
        return status
    }

    /// The same with samples from -1 to 1.
    @discardableResult
    public func pull(into samples: UnsafeMutableBufferPointer<Float>, rateHz: UInt32, channels: UInt32 = 1) -> Status {
        let filled = wholeFrames(samples.count, channels)
        let status = core.handle.status { tgcall_audio_pull_f32($0, id, rateHz, channels, samples.baseAddress, filled) }
        fillSilence(samples, from: status.rawValue < 0 ? 0 : filled * Int(channels))
        return status
    }

    /// Gives one Opus packet to send, untouched. `timestamp` counts samples at 48 kHz.
    @discardableResult
    public func push(opus packet: UnsafeBufferPointer<UInt8>, timestamp: UInt32) -> Status {
        core.handle.status { tgcall_audio_push_opus($0, id, timestamp, packet.baseAddress, packet.count) }
    }

    /// Takes one Opus packet that was received: how many bytes of the buffer it fills, of which 1275 are always enough, and when
    /// it is. `.empty`: there is none; `.errBuffer`: it is larger, and stays.
    public func pull(
        opusInto buffer: UnsafeMutableBufferPointer<UInt8>
    ) -> (status: Status, size: Int, timestamp: UInt32) {
        var (size, timestamp): (Int, UInt32) = (0, 0)
        let status = core.handle.status {
            tgcall_audio_pull_opus($0, id, buffer.baseAddress, buffer.count, &size, &timestamp)
        }
        return (status, size, timestamp)
    }

    /// Loudness of the last 100 ms of PCM, 0 to 32767; zero where it is not known.
    public var level: (sent: UInt32, received: UInt32) {
        var (sent, received): (UInt32, UInt32) = (0, 0)
        _ = core.handle.status { tgcall_audio_get_level($0, id, &sent, &received) }
        return (sent, received)
    }
}

@inline(__always)
func wholeFrames(_ count: Int, _ channels: UInt32) -> Int {
    channels == 0 ? 0 : count / Int(channels)
}

@inline(__always)
func fillSilence<Sample: Numeric>(_ samples: UnsafeMutableBufferPointer<Sample>, from start: Int) {
    var index = start
    while index < samples.count {
        samples[index] = .zero
        index += 1
    }
}

// MARK: - Arrays

extension Call {
    /// Gives sound to send. False: it did not fit the queue, and nothing was taken.
    @discardableResult
    public func push(_ samples: [Int16], rateHz: UInt32, channels: UInt32 = 1) throws(TgcallError) -> Bool {
        try core.handle.use {
            tgcall_audio_push_s16($0, self.id, rateHz, channels, samples, wholeFrames(samples.count, channels))
        } == .ok
    }

    @discardableResult
    public func push(_ samples: [Float], rateHz: UInt32, channels: UInt32 = 1) throws(TgcallError) -> Bool {
        try core.handle.use {
            tgcall_audio_push_f32($0, self.id, rateHz, channels, samples, wholeFrames(samples.count, channels))
        } == .ok
    }

    /// Takes sound that was received, at the host's pace: all silence if there was none.
    public func pull(frames count: Int, rateHz: UInt32, channels: UInt32 = 1) throws(TgcallError) -> [Int16] {
        guard (1...2).contains(channels), (0...48_000).contains(count) else {
            throw TgcallError(Status.errArgument.rawValue, "\(count) frames of \(channels) channels cannot be pulled")
        }
        var samples = [Int16](repeating: 0, count: count * Int(channels))
        try core.handle.use { tgcall_audio_pull_s16($0, self.id, rateHz, channels, &samples, count) }
        return samples
    }

    /// Gives one Opus packet to send. False: it did not fit the queue.
    @discardableResult
    public func push(opus packet: [UInt8], timestamp: UInt32) throws(TgcallError) -> Bool {
        try core.handle.use { tgcall_audio_push_opus($0, self.id, timestamp, packet, packet.count) } == .ok
    }

    // MARK: Delivery

    /// What is received, every `frameMs`, silence included, to the end of the call or until nobody reads it any more. At most a
    /// second waits; the oldest goes. One stream or `deliver` at a time: the last one counts.
    public func listen(
        rateHz: UInt32 = 48000, channels: UInt32 = 1, frameMs: UInt32 = 20
    ) throws(TgcallError) -> AsyncStream<AudioFrame> {
        let policy = AsyncStream<AudioFrame>.Continuation.BufferingPolicy.bufferingNewest(Int(1000 / max(frameMs, 1)))
        let (frames, framesIn) = AsyncStream.makeStream(of: AudioFrame.self, bufferingPolicy: policy)
        let take: @Sendable (UnsafeBufferPointer<Int16>, UInt32, UInt32, Peer) -> Void = { samples, rateHz, channels, peer in
            framesIn.yield(AudioFrame(samples: Array(samples), rateHz: rateHz, channels: channels, peer: peer))
        }
        let number = try deliver(rateHz, channels, frameMs, take) { framesIn.finish() }
        framesIn.onTermination = { [weak self] _ in self?.stopDelivery(number) }
        return frames
    }

    /// The same for a handler that runs on the library's thread, which carries the sound of all calls: it has to return soon.
    public func deliver(
        rateHz: UInt32 = 48000, channels: UInt32 = 1, frameMs: UInt32 = 20,
        to handler: @escaping @Sendable (
            _ samples: UnsafeBufferPointer<Int16>, _ rateHz: UInt32, _ channels: UInt32
        ) -> Void
    ) throws(TgcallError) {
        _ = try deliver(rateHz, channels, frameMs, { samples, rateHz, channels, _ in handler(samples, rateHz, channels) }) {}
    }

    /// Ends `listen` or `deliver`; sound is pulled again.
    public func stopDelivery() throws(TgcallError) {
        endDelivery()
        try use { tgcall_audio_set_delivery($0, self.id, 0, 0, 0) }
    }

    private func stopDelivery(_ number: UInt64) {
        if delivery.with({ $0.sink?.number == number }) { _ = try? stopDelivery() }
    }

    func endDelivery() {
        // Not under the lock, to which the end of a stream comes back.
        let sink = delivery.with { delivery in
            defer { delivery.sink = nil }
            return delivery.sink
        }
        sink?.end()
    }

    private func deliver(
        _ rateHz: UInt32, _ channels: UInt32, _ frameMs: UInt32,
        _ take: @escaping @Sendable (UnsafeBufferPointer<Int16>, UInt32, UInt32, Peer) -> Void,
        end: @escaping @Sendable () -> Void
    ) throws(TgcallError) -> UInt64 {
        let (before, number) = delivery.with { delivery in
            let before = delivery.sink
            delivery.count += 1
            delivery.sink = Sink(number: delivery.count, take: take, end: end)
            return (before, delivery.count)
        }
        do {
            try use { tgcall_audio_set_delivery($0, self.id, frameMs, rateHz, channels) }
        } catch {
            delivery.with { $0.sink = before }
            throw error
        }
        before?.end()
        return number
    }

    /// On the library's thread. False: nobody asked.
    func takeSound(_ event: OpaquePointer) -> Bool {
        guard let sink = delivery.with({ $0.sink }) else { return false }
        let lent = tgcall_event_get_bytes(event)
        let bytes = UnsafeRawBufferPointer(start: lent.data, count: lent.size)
        let (rateHz, channels) = (tgcall_event_get_rate_hz(event), tgcall_event_get_channels(event))
        let peer = Peer(tgcall_event_get_peer(event))
        if Int(bitPattern: bytes.baseAddress) % MemoryLayout<Int16>.alignment == 0 {
            sink.take(bytes.assumingMemoryBound(to: Int16.self), rateHz, channels, peer)
        } else {
            let offsets = stride(from: 0, to: bytes.count - 1, by: 2)
            let samples = offsets.map { bytes.loadUnaligned(fromByteOffset: $0, as: Int16.self) }
            samples.withUnsafeBufferPointer { sink.take($0, rateHz, channels, peer) }
        }
        return true
    }

    // MARK: Settings

    /// PCM, the default, or Opus, for what is pushed and for what is pulled.
    public func setCoding(sent: AudioCoding, received: AudioCoding) throws(TgcallError) {
        try use { tgcall_audio_set_coding($0, self.id, sent.rawValue, received.rawValue) }
    }

    /// How PCM is encoded from the next packet on; 0 keeps what it is.
    public func setEncoding(
        bitsPerS: UInt32 = 0, packetMs: UInt32 = 0, channels: UInt32 = 0
    ) throws(TgcallError) {
        try use { tgcall_audio_set_encoding($0, self.id, bitsPerS, packetMs, channels) }
    }

    /// How much unsent sound the call holds: 0, the default, is live; up to 60000 is a playlist, and the library keeps the pace.
    public func setQueue(ms: UInt32) throws(TgcallError) {
        try use { tgcall_audio_set_queue($0, self.id, ms) }
    }

    /// Sound that was pushed and is not yet sent.
    public var queuedMs: UInt32 {
        get throws(TgcallError) { try number { tgcall_audio_get_queued($0, self.id, $1) } }
    }

    /// Throws away what is queued.
    public func clearQueue() throws(TgcallError) {
        try use { tgcall_audio_clear($0, self.id) }
    }

    /// Mutes what we send; the other side is told.
    public func setMuted(_ muted: Bool) throws(TgcallError) {
        try use { tgcall_audio_set_muted($0, self.id, muted ? 1 : 0) }
    }
}
