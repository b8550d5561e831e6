package org.tgcall

/**
 * JSON, as far as TDLib needs it: objects are maps, arrays lists, whole numbers [Long], others [Double]. The binding has no
 * library for it, as JVM and Android have none in common.
 */
internal object Json {
    /** Throws [IllegalArgumentException] for what is none. */
    fun read(text: String): Any? = Reader(text).whole()

    fun write(value: Any?): String = StringBuilder().also { it.add(value) }.toString()

    private fun StringBuilder.add(value: Any?) {
        when (value) {
            is Map<*, *> -> addAll(value.entries, '{', '}') { (name, item) ->
                addText(name.toString())
                append(':')
                add(item)
            }
            is Iterable<*> -> addAll(value, '[', ']') { add(it) }
            is String -> addText(value)
            null, is Number, is Boolean -> append(value)
            else -> throw IllegalArgumentException("${value.javaClass} in JSON")
        }
    }

    private inline fun <T> StringBuilder.addAll(items: Iterable<T>, open: Char, close: Char, add: (T) -> Unit) {
        append(open)
        items.forEachIndexed { at, item ->
            if (at > 0) append(',')
            add(item)
        }
        append(close)
    }

    private fun StringBuilder.addText(text: String) {
        append('"')
        for (char in text) {
            when {
                char == '"' || char == '\\' -> append('\\').append(char)
                char < ' ' -> append("\\u").append(char.code.toString(16).padStart(4, '0'))
                else -> append(char)
            }
        }
        append('"')
    }

    private class Reader(private val text: String) {
        private var at = 0
        private var depth = 0

        fun whole(): Any? = value().also { if (next() != END) fail() }

        private fun value(): Any? = when (next()) {
            '{' -> nested { entries() }
            '[' -> nested { items() }
            '"' -> string()
            't' -> word("true", true)
            'f' -> word("false", false)
            'n' -> word("null", null)
            else -> number()
        }

        private inline fun <T> nested(read: () -> T): T {
            if (++depth > DEEPEST) fail()
            at++
            return read().also { depth-- }
        }

        private fun entries(): Map<String, Any?> {
            val found = LinkedHashMap<String, Any?>()
            each('}') {
                if (next() != '"') fail()
                val name = string()
                if (next() != ':') fail()
                at++
                found[name] = value()
            }
            return found
        }

        private fun items(): List<Any?> = ArrayList<Any?>().also { found -> each(']') { found += value() } }

        private inline fun each(close: Char, read: () -> Unit) {
            if (next() != close) {
                read()
                while (next() == ',') {
                    at++
                    read()
                }
            }
            if (next() != close) fail()
            at++
        }

        /** What is there behind blanks, which stays. */
        private fun next(): Char {
            while (at < text.length && text[at] in " \t\r\n") at++
            return text.getOrElse(at) { END }
        }

        private fun <T> word(word: String, value: T): T {
            if (!text.startsWith(word, at)) fail()
            at += word.length
            return value
        }

        private fun number(): Number {
            val from = at
            while (at < text.length && (text[at] in '0'..'9' || text[at] in "+-.eE")) at++
            val found = text.substring(from, at)
            return found.toLongOrNull() ?: found.toDoubleOrNull() ?: fail()
        }

        private fun string(): String {
            val found = StringBuilder()
            at++
            while (true) {
                when (val char = text.getOrElse(at++) { fail() }) {
                    '"' -> return found.toString()
                    '\\' -> found.append(escaped())
                    else -> found.append(char)
                }
            }
        }

        private fun escaped(): Char = when (val char = text.getOrElse(at++) { fail() }) {
            'b' -> '\b'
            'f' -> '\u000c'
            'n' -> '\n'
            'r' -> '\r'
            't' -> '\t'
            'u' -> {
                if (at + 4 > text.length) fail()
                at += 4
                text.substring(at - 4, at).toIntOrNull(16)?.toChar() ?: fail()
            }
            '"', '\\', '/' -> char
            else -> fail()
        }

        private fun fail(): Nothing = throw IllegalArgumentException("no JSON at $at of ${text.length}")
    }

    private const val END = '\u0000'
    private const val DEEPEST = 64
}
