package org.tgcall

/** The library that is loaded. */
public object Tgcall {
    init {
        Natives.load()
    }

    /** Such as "0.1.0". */
    @JvmStatic
    public val version: String get() = Raw.version()

    /** The same as a number that can be compared: major << 16 | minor << 8 | patch. */
    @JvmStatic
    public val versionNumber: Int get() = Raw.versionGetNumber()

    /** The lowest and the highest call layer, for a phoneCallProtocol that the host writes. */
    @JvmStatic
    public val layers: IntRange get() = Raw.MIN_LAYER..Raw.MAX_LAYER

    @JvmStatic
    public fun has(feature: Feature): Boolean = Raw.versionHas(feature.number)
}
