package org.tgcall

import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.Assumptions.assumeTrue
import org.junit.jupiter.api.BeforeAll

/** Tests over a tgcall-sim, which the property `tgcall.sim` names: one for all tests of a class. */
abstract class SimTest {
    companion object {
        private var sim: Process? = null

        /** Where it listens. */
        var port = 0
            private set

        @BeforeAll
        @JvmStatic
        fun start() {
            val program = System.getProperty("tgcall.sim").orEmpty()
            assumeTrue(program.isNotEmpty(), "the property tgcall.sim names no tgcall-sim")
            val process = ProcessBuilder(program).redirectError(ProcessBuilder.Redirect.DISCARD).start()
            sim = process
            port = process.inputStream.bufferedReader().readLine().toInt()
        }

        @AfterAll
        @JvmStatic
        fun stop() {
            sim?.destroyForcibly()?.waitFor()
        }
    }
}
