package org.tgcall

import java.io.File
import java.util.concurrent.TimeUnit
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.ValueSource

/** A machine that ends with calls up, while others push, pull and are told: nothing aborts, nothing hangs. */
class ExitTest {
    @ParameterizedTest
    @ValueSource(strings = ["returns", "exits", "halts", "throws", "in a hook"])
    fun `it ends`(case: String) {
        val java = File(System.getProperty("java.home"), "bin/java").path
        // surefire's own class path may be hidden in a manifest.
        val path = System.getProperty("surefire.test.class.path") ?: System.getProperty("java.class.path")
        val process = ProcessBuilder(java, "-XX:TieredStopAtLevel=1", "-cp", path, "ExitKt", case)
            .redirectErrorStream(true).start()
        val output = process.inputStream.bufferedReader().readText()
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it hangs")
        assertEquals(if (case == "throws") 1 else 0, process.exitValue(), output)
        assertTrue(output.startsWith("done\n"), output)
        if (case != "throws") assertEquals("done\n", output)
    }
}
