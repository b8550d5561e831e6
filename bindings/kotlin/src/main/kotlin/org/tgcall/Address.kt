package org.tgcall

import java.net.Inet6Address
import java.net.InetAddress
import java.net.InetSocketAddress
import java.nio.ByteBuffer
import java.nio.ByteOrder

/** `sizeof(tgcall_addr)`. */
internal const val ADDRESS_SIZE = 24

internal fun List<InetSocketAddress>.toRaw(): ByteArray {
    val raw = ByteBuffer.allocate(size * ADDRESS_SIZE).order(ByteOrder.nativeOrder())
    forEachIndexed { index, address ->
        val host = requireNotNull(address.address) { "$address is not resolved" }
        raw.position(index * ADDRESS_SIZE)
        raw.put(host.address)
        raw.position(index * ADDRESS_SIZE + 16)
        raw.putShort(address.port.toShort())
        raw.putShort(if (host is Inet6Address) 6 else 4)
        raw.putInt(if (host is Inet6Address) host.scopeId else 0)
    }
    return raw.array()
}

/** Null for no address. */
internal fun addressOf(raw: ByteArray): InetSocketAddress? {
    val fields = ByteBuffer.wrap(raw).order(ByteOrder.nativeOrder())
    val scope = fields.getInt(20)
    val host = when (fields.getShort(18).toInt()) {
        4 -> InetAddress.getByAddress(raw.copyOf(4))
        // Unlike InetAddress, this keeps an IPv4 address in IPv6's clothes what it is.
        6 -> Inet6Address.getByAddress(null, raw.copyOf(16), if (scope == 0) -1 else scope)
        else -> return null
    }
    return InetSocketAddress(host, fields.getShort(16).toInt() and 0xffff)
}
