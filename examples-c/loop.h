/* A host's loop with its connection to Telegram. Here Telegram is `tgcall-sim` on loopback, so a request is a frame on a
 * TCP socket; a real host hands the same bytes to its MTProto library.
 *
 * A frame, little-endian: u32 bytes that follow, u8 kind, u64 request id, TL body. */
#ifndef LOOP_H
#define LOOP_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <tgcall.h>

#ifndef LOOP_HOST
#define LOOP_HOST INADDR_LOOPBACK /* where tgcall-sim is */
#endif

enum { FRAME_REQUEST = 0, FRAME_ANSWER = 1, FRAME_UPDATE = 2, FRAME_HELLO = 3, FRAME_HEAD = 13 };

struct loop {
    int fd;
    tgcall_client *client;
    uint8_t *buffer; /* what has arrived */
    size_t size, capacity;
    atomic_uint waiting; /* requests without an answer; a started library sends from its own thread */
    uint8_t hello[4096]; /* the answer to our hello: the time, and whom we know */
    size_t hello_size;
};

static inline long long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static inline uint64_t get_le(const uint8_t *at, size_t size)
{
    uint64_t number = 0;
    while (size-- > 0) number = number << 8 | at[size];
    return number;
}

static inline void put_le(uint8_t *at, size_t size, uint64_t number)
{
    for (; size-- > 0; number >>= 8) *at++ = (uint8_t)number;
}

static inline int loop_write(struct loop *loop, const uint8_t *data, size_t size)
{
    while (size > 0) {
        ssize_t sent = send(loop->fd, data, size, MSG_NOSIGNAL);
        if (sent <= 0) return 0;
        data += sent;
        size -= (size_t)sent;
    }
    return 1;
}

/* Sends a request; its answer comes to `tgcall_client_handle_answer` by itself. */
static inline int loop_send(struct loop *loop, int kind, uint64_t request, const uint8_t *body, size_t size)
{
    uint8_t head[FRAME_HEAD];
    put_le(head, 4, FRAME_HEAD - 4 + size);
    head[4] = (uint8_t)kind;
    put_le(head + 5, 8, request);
    loop->waiting += kind == FRAME_REQUEST;
    return loop_write(loop, head, sizeof head) && loop_write(loop, body, size);
}

/* An answer is a result, or an `rpc_error`: id, code, text as a TL string. */
static inline void loop_answer(struct loop *loop, uint64_t request, const uint8_t *body, size_t size)
{
    char text[256] = "";
    size_t length = 0;
    loop->waiting--;
    if (size < 12 || get_le(body, 4) != 0x2144ca19u) {
        tgcall_client_handle_answer(loop->client, request, body, size);
        return;
    }
    length = body[8]; /* no error's name is as long as 254 bytes */
    if (length > size - 9) length = size - 9;
    memcpy(text, body + 9, length);
    tgcall_client_handle_error(loop->client, request, (int32_t)get_le(body + 4, 4), text);
}

static inline void loop_frame(struct loop *loop, int kind, uint64_t request, const uint8_t *body, size_t size)
{
    if (kind == FRAME_ANSWER) loop_answer(loop, request, body, size);
    if (kind == FRAME_UPDATE) tgcall_client_handle_update(loop->client, body, size); /* all of them */
    if (kind == FRAME_HELLO && size <= sizeof loop->hello) {
        memcpy(loop->hello, body, size);
        loop->hello_size = size;
    }
}

/* Reads what is there and hands on whole frames; 0 when the connection is gone. */
static inline int loop_read(struct loop *loop)
{
    size_t at = 0, follow;
    ssize_t got;
    if (loop->capacity - loop->size < 65536) {
        uint8_t *more = realloc(loop->buffer, loop->capacity + 65536);
        if (!more) return 0;
        loop->buffer = more;
        loop->capacity += 65536;
    }
    got = recv(loop->fd, loop->buffer + loop->size, loop->capacity - loop->size, 0);
    if (got <= 0) return 0;
    loop->size += (size_t)got;
    while (loop->size - at >= FRAME_HEAD) {
        const uint8_t *frame = loop->buffer + at;
        follow = (size_t)get_le(frame, 4);
        if (follow < FRAME_HEAD - 4) return 0;
        if (loop->size - at - 4 < follow) break;
        loop_frame(loop, frame[4], get_le(frame + 5, 8), frame + FRAME_HEAD, follow + 4 - FRAME_HEAD);
        at += 4 + follow;
    }
    memmove(loop->buffer, loop->buffer + at, loop->size - at);
    loop->size -= at;
    return 1;
}

/* Sleeps until something arrives, at most so long, and hands it on; 0 when the connection is gone. */
static inline int loop_wait(struct loop *loop, int at_most_ms)
{
    struct pollfd fd = {loop->fd, POLLIN, 0};
    if (poll(&fd, 1, at_most_ms) < 0) return 0;
    return fd.revents == 0 || loop_read(loop);
}

/* One turn of an embedded host: events out, then sleep until something arrives, a timer is due, or `at_most_ms` is over. */
static inline int loop_turn(struct loop *loop, tgcall_event_fn on_event, void *userdata, int at_most_ms)
{
    int32_t timeout_ms = -1;
    if (tgcall_client_drain(loop->client, on_event, userdata) < 0) return 0;
    tgcall_client_get_next_timeout(loop->client, &timeout_ms);
    return loop_wait(loop, timeout_ms < 0 || timeout_ms > at_most_ms ? at_most_ms : timeout_ms);
}

/* Connects and says who we are. */
static inline int loop_open(struct loop *loop, tgcall_client *client, unsigned port, int64_t account, uint32_t device)
{
    struct sockaddr_in to;
    uint8_t hello[12];
    memset(&to, 0, sizeof to);
    to.sin_family = AF_INET;
    to.sin_port = htons((uint16_t)port);
    to.sin_addr.s_addr = htonl(LOOP_HOST);
    memset(loop, 0, sizeof *loop);
    loop->client = client;
    loop->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (loop->fd < 0 || connect(loop->fd, (struct sockaddr *)&to, sizeof to) != 0) return 0;
    put_le(hello, 8, (uint64_t)account);
    put_le(hello + 8, 4, device);
    if (!loop_send(loop, FRAME_HELLO, 1, hello, sizeof hello)) return 0;
    while (loop->hello_size == 0)
        if (!loop_read(loop)) return 0;
    return tgcall_client_set_server_time(client, (int64_t)get_le(loop->hello, 8)) == TGCALL_OK;
}

/* The access hash by which we know a user; 0 for a stranger. */
static inline int64_t loop_access_hash(const struct loop *loop, int64_t user_id)
{
    size_t at = 12;
    while (at + 20 <= loop->hello_size) {
        const uint8_t *user = loop->hello + at; /* id, access hash, name */
        if ((int64_t)get_le(user, 8) == user_id) return (int64_t)get_le(user + 8, 8);
        at += 20 + (size_t)get_le(user + 16, 4);
    }
    return 0;
}

/* How a chat is named, and the group call that is up in it, or 0; 0 if it is not one of ours. The chats follow the users and their
 * second names. */
static inline int loop_chat(const struct loop *loop, int64_t chat_id, tgcall_peer *chat, int64_t *call, int64_t *access_hash)
{
    const uint8_t *hello = loop->hello;
    size_t count = loop->hello_size < 12 ? 0 : (size_t)get_le(hello + 8, 4), at = 12, i, end = loop->hello_size;
    for (i = 0; i < count && at + 20 <= end; i++) at += 20 + (size_t)get_le(hello + at + 16, 4);
    for (i = 0; i < count && at + 4 <= end; i++) at += 4 + (size_t)get_le(hello + at, 4);
    for (at += 4; at + 37 <= end; at += 37 + (size_t)get_le(hello + at + 33, 4)) {
        if ((int64_t)get_le(hello + at + 1, 8) != chat_id) continue;
        chat->kind = hello[at] ? TGCALL_PEER_KIND_CHANNEL : TGCALL_PEER_KIND_CHAT;
        chat->id = chat_id;
        chat->access_hash = (int64_t)get_le(hello + at + 9, 8);
        *call = (int64_t)get_le(hello + at + 17, 8);
        *access_hash = (int64_t)get_le(hello + at + 25, 8);
        return 1;
    }
    return 0;
}

static inline void loop_close(struct loop *loop)
{
    if (loop->fd >= 0) close(loop->fd);
    free(loop->buffer);
}

#endif
