import CTgcall

/// The library that is loaded.
public enum Library {
    /// Such as "0.1.0".
    public static var version: String { String(lent: tgcall_version()) }

    /// The same as a number: major << 16 | minor << 8 | patch.
    public static var versionNumber: UInt32 { tgcall_version_get_number() }

    /// Whether it has a feature.
    public static func has(_ feature: Feature) -> Bool { tgcall_version_has(feature.rawValue) }

    /// The lowest and the highest call layer it speaks, for a `phoneCallProtocol` that the host writes.
    public static var layers: ClosedRange<Int32> { TGCALL_MIN_LAYER...TGCALL_MAX_LAYER }
}
