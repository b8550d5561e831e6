package org.tgcall

import java.io.File
import java.io.InputStream

/**
 * Finds and loads the library, once: the file that the property `libtgcall.library` names; else the one inside the jar, by
 * way of a temporary file; else, as on Android, the system's `tgcall_jni`.
 */
internal object Natives {
    private const val PROPERTY = "libtgcall.library"

    init {
        val named: String? = System.getProperty(PROPERTY)
        val inside = if (named == null) find() else null
        when {
            named != null -> System.load(File(named).absolutePath)
            inside != null -> inside.use(::loadCopy)
            else -> System.loadLibrary("tgcall_jni")
        }
        Raw.callbacks = Callbacks
    }

    /** Does nothing but make sure that all of the above is done. */
    fun load() {}

    /** Such as `linux-x86_64`. */
    private fun platform(): String {
        val os = System.getProperty("os.name").orEmpty().lowercase()
        val arch = System.getProperty("os.arch").orEmpty().lowercase()
        val osName = when {
            os.startsWith("mac") -> "macos"
            os.startsWith("windows") -> "windows"
            else -> "linux"
        }
        return osName + "-" + when (arch) {
            "amd64", "x86_64", "x64" -> "x86_64"
            "arm64", "aarch64" -> "aarch64"
            else -> arch
        }
    }

    private fun find(): InputStream? =
        Natives::class.java.getResourceAsStream("/META-INF/native/${platform()}/${System.mapLibraryName("tgcall_jni")}")

    private fun loadCopy(library: InputStream) {
        val copy = File.createTempFile("tgcall", System.mapLibraryName(""))
        try {
            copy.outputStream().use { library.copyTo(it) }
            System.load(copy.absolutePath)
        } catch (error: UnsatisfiedLinkError) {
            throw UnsatisfiedLinkError("${error.message} (of $copy; the property $PROPERTY names another file)")
        } finally {
            // What is loaded needs its name no more; Windows keeps the file until the end.
            if (!copy.delete()) copy.deleteOnExit()
        }
    }
}
