import CTgcall

/// What the host encodes pictures with and what it decodes, preferred first.
public struct VideoCodecs: Hashable, Sendable {
    public var encoded: [VideoCodec]
    public var decoded: [VideoCodec]

    public init(encoded: [VideoCodec], decoded: [VideoCodec]) {
        self.encoded = encoded
        self.decoded = decoded
    }
}

/// An encoded picture that was received, whole; also after its call.
public final class VideoFrame: @unchecked Sendable {
    private let frame: OpaquePointer

    init(_ frame: OpaquePointer) {
        self.frame = frame
    }

    deinit {
        tgcall_video_frame_free(frame)
    }

    /// What the decoder takes, for the time of the call.
    public func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
        let lent = tgcall_video_frame_get_bytes(frame)
        return try body(UnsafeBufferPointer(start: lent.data, count: lent.size))
    }

    public var bytes: [UInt8] { [UInt8](lent: tgcall_video_frame_get_bytes(frame)) }
    public var codec: VideoCodec { .known(tgcall_video_frame_get_codec(frame)) }
    /// Counts 90000 a second, and wraps around.
    public var timestamp: UInt32 { tgcall_video_frame_get_timestamp(frame) }
    /// By how many degrees to turn it clockwise before it is shown.
    public var rotation: UInt32 { tgcall_video_frame_get_rotation(frame) }
    /// Whether nothing before it is needed to decode it.
    public var isKey: Bool { tgcall_video_frame_is_key(frame) }
    /// In pixels, before it is turned; 0 where the frame does not say.
    public var width: UInt32 { tgcall_video_frame_get_width(frame) }
    public var height: UInt32 { tgcall_video_frame_get_height(frame) }
    /// How far it is behind the sound that was pulled last, at this moment: to be shown when no longer negative.
    public var delayMs: Int32 { tgcall_video_frame_get_delay_ms(frame) }
    /// Which picture of a live stream it is, as Telegram names it; empty in all other calls.
    public var endpoint: String { String(lent: tgcall_video_frame_get_endpoint(frame)) }
}

/// Pictures, encoded: the host has cameras, encoders and decoders. `Event.videoEncode` and `.videoKeyFrame` say what to encode. One
/// thread pushes a source, one pulls it; they wait for no lock.
extension Call {
    /// What this host encodes and decodes in this call, instead of what the configuration says; until it connects.
    public func setVideoCodecs(_ codecs: VideoCodecs) throws(TgcallError) {
        let (encoded, decoded) = (codecs.encoded.map(\.rawValue), codecs.decoded.map(\.rawValue))
        try use { tgcall_video_set_codecs($0, self.id, encoded, encoded.count, decoded, decoded.count) }
    }

    /// Shows the camera or the screen, of which this is captured.
    public func startVideo(
        _ source: VideoSource, width: UInt32, height: UInt32, framesPerS: UInt32 = 30
    ) throws(TgcallError) {
        try use { tgcall_video_start($0, self.id, source.rawValue, width, height, framesPerS) }
    }

    public func stopVideo(_ source: VideoSource) throws(TgcallError) {
        try use { tgcall_video_stop($0, self.id, source.rawValue) }
    }

    /// Pauses what is shown, or goes on with it; the other side is told.
    public func setVideo(_ source: VideoSource, paused: Bool) throws(TgcallError) {
        try use { tgcall_video_set_paused($0, self.id, source.rawValue, paused ? 1 : 0) }
    }

    /// How the other side is to turn the picture, clockwise: 0, 90, 180 or 270 degrees.
    public func setVideo(_ source: VideoSource, rotation degrees: UInt32) throws(TgcallError) {
        try use { tgcall_video_set_rotation($0, self.id, source.rawValue, degrees) }
    }

    /// Gives one encoded frame; `timestamp` counts 90000 a second. False: the link is behind, and nothing was taken.
    @discardableResult
    public func push(
        _ source: VideoSource, codec: VideoCodec, timestamp: UInt32, isKey: Bool,
        frame: UnsafeBufferPointer<UInt8>, layer: UInt32 = 0
    ) throws(TgcallError) -> Bool {
        try core.handle.use {
            tgcall_video_push(
                $0, self.id, source.rawValue, layer, codec.rawValue, timestamp, isKey ? 1 : 0, frame.baseAddress,
                frame.count)
        } == .ok
    }

    /// Takes the oldest frame that was received. Nil: none waits, and `Event.videoReady` tells of the next.
    public func pull(_ source: VideoSource) throws(TgcallError) -> VideoFrame? {
        var frame: OpaquePointer?
        try core.handle.use { tgcall_video_pull($0, self.id, source.rawValue, &frame) }
        return frame.map { VideoFrame($0) }
    }

    /// The decoder has lost it.
    public func wantKeyFrame(_ source: VideoSource) throws(TgcallError) {
        try core.handle.use { tgcall_video_want_key_frame($0, self.id, source.rawValue) }
    }

    /// Tells the other side whether the battery of this device is low, as official apps do.
    public func setLowBattery(_ isLow: Bool) throws(TgcallError) {
        try use { tgcall_call_set_low_battery($0, self.id, isLow ? 1 : 0) }
    }
}
