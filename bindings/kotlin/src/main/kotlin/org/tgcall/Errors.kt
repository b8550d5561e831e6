package org.tgcall

/** The library refused; nothing has changed. The message is the library's own, for a developer to read. */
public open class TgcallException internal constructor(
    /** The number of the [status], also of one that only a newer library knows. */
    public val number: Int,
    message: String,
) : RuntimeException(message) {
    /** What to do about it; null for one that only a newer library knows. */
    public val status: Status? get() = Status.of(number)

    /** Fix the program. */
    public class Argument internal constructor(message: String) : TgcallException(Status.ERR_ARGUMENT.number, message)

    /** The call, stream, request or socket is gone; forget it. */
    public class NotFound internal constructor(message: String) : TgcallException(Status.ERR_NOT_FOUND.number, message)

    /** Not now; or what it was asked of has been closed. */
    public class State internal constructor(message: String) : TgcallException(Status.ERR_STATE.number, message)

    /** Too many, or too much. */
    public class Limit internal constructor(message: String) : TgcallException(Status.ERR_LIMIT.number, message)

    /** Not in this build, or not with this configuration. */
    public class Unsupported internal constructor(message: String) :
        TgcallException(Status.ERR_UNSUPPORTED.number, message)

    /** The operating system refused. */
    public class Io internal constructor(message: String) : TgcallException(Status.ERR_IO.number, message)

    /** A defect of the library; the client is dead, close it and report the text. */
    public class Internal internal constructor(message: String) : TgcallException(Status.ERR_INTERNAL.number, message)

    /** The buffer is too small; nothing was used up. */
    public class Buffer internal constructor(message: String) : TgcallException(Status.ERR_BUFFER.number, message)
}

/** The call ended where it was to go on. */
public class CallEndedException internal constructor(public val ended: Event.CallEnded) : RuntimeException(ended.text)

/** What a [Telegram] throws for an rpc_error, such as `RpcException(420, "FLOOD_WAIT_30")`. */
public class RpcException(public val code: Int, public val text: String) : RuntimeException("$code $text")

/** Hands on what is no failure, and throws what is. The text is of this thread's last call. */
internal fun check(status: Int): Int = if (status >= 0) status else throw failure(status)

private fun failure(status: Int): TgcallException {
    val text = Raw.statusGetText()
    return when (Status.of(status)) {
        Status.ERR_ARGUMENT -> TgcallException.Argument(text)
        Status.ERR_NOT_FOUND -> TgcallException.NotFound(text)
        Status.ERR_STATE -> TgcallException.State(text)
        Status.ERR_LIMIT -> TgcallException.Limit(text)
        Status.ERR_UNSUPPORTED -> TgcallException.Unsupported(text)
        Status.ERR_IO -> TgcallException.Io(text)
        Status.ERR_INTERNAL -> TgcallException.Internal(text)
        Status.ERR_BUFFER -> TgcallException.Buffer(text)
        else -> TgcallException(status, text)
    }
}

/** True for OK, false for EMPTY or FULL. */
internal fun done(status: Int): Boolean = check(status) == 0
