/* A host on TDLib: its library has agreed on the key, so the call starts with what `callStateReady` says, and signaling goes
 * through TDLib's `sendCallSignalingData` and `updateNewCallSignalingData`.
 *
 * It is also a host with a loop and sockets of its own, that is, embedded: no thread is made. To have somebody to talk to, both
 * sides of the call live in this one program, and what would go through TDLib goes from one to the other. Alice sends a tone,
 * and Bob measures it. Status 0: he heard it. */
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <tgcall.h>

/* TDLib's callServer and callStateReady, as far as a call needs them. */
struct td_server {
    int64_t id;
    const char *ip, *ipv6;
    uint16_t port;
    const uint8_t *peer_tag; /* of callServerTypeTelegramReflector; NULL: callServerTypeWebrtc */
    const char *username, *password;
    int turn, stun, tcp;
};
struct td_ready {
    int is_outgoing, allow_p2p;
    const uint8_t *key; /* 256 bytes */
    const char *version, *custom_parameters;
    const struct td_server *servers;
    size_t server_count;
};

enum { MAX_SOCKETS = 16, RATE = 16000, FRAMES = RATE / 50 };

struct side {
    const char *name;
    struct side *other;
    tgcall_client *client;
    uint64_t call;
    struct pollfd fds[MAX_SOCKETS];
    uint64_t ids[MAX_SOCKETS];
    nfds_t count;
    int is_active, is_over;
};

static long long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* callStateReady: the key, every server, then go. */
static int on_ready(struct side *side, const struct td_ready *ready)
{
    size_t i;
    if (tgcall_attach(side->client, ready->is_outgoing, ready->key, 256, NULL, &side->call) != TGCALL_OK) return 0;
    for (i = 0; i < ready->server_count; i++) { /* all of them, also those that look useless */
        const struct td_server *s = &ready->servers[i];
        if (s->peer_tag)
            tgcall_call_add_reflector(side->client, side->call, s->id, s->ip, s->ipv6, s->port, s->peer_tag, 16,
                                      s->tcp);
        else
            tgcall_call_add_webrtc(side->client, side->call, s->id, s->ip, s->ipv6, s->port, s->username, s->password,
                                   s->turn, s->stun);
    }
    return tgcall_connect(side->client, side->call, ready->version, ready->allow_p2p, ready->custom_parameters) ==
           TGCALL_OK;
}

static int find(const struct side *side, uint64_t id)
{
    nfds_t i;
    for (i = 0; i < side->count; i++)
        if (side->ids[i] == id) return (int)i;
    return -1;
}

static void open_socket(struct side *side, tgcall_client *client, const tgcall_event *event)
{
    uint64_t id = tgcall_event_get_socket(event);
    tgcall_addr local = tgcall_event_get_local(event);
    struct sockaddr_storage addr;
    socklen_t addr_size = sizeof addr;
    size_t size = 0;
    int fd = -1;
    if (tgcall_event_get_protocol(event) == TGCALL_PROTOCOL_UDP && side->count < MAX_SOCKETS) /* no TCP here */
        fd = socket(local.family == 6 ? AF_INET6 : AF_INET, SOCK_DGRAM, 0);
    if (fd >= 0 && tgcall_addr_to_sockaddr(&local, &addr, sizeof addr, &size) == TGCALL_OK &&
        bind(fd, (struct sockaddr *)&addr, (socklen_t)size) == 0 &&
        getsockname(fd, (struct sockaddr *)&addr, &addr_size) == 0 &&
        tgcall_addr_from_sockaddr(&addr, addr_size, &local) == TGCALL_OK) {
        side->fds[side->count].fd = fd;
        side->fds[side->count].events = POLLIN;
        side->ids[side->count++] = id;
        tgcall_client_handle_opened(client, id, &local);
        return;
    }
    if (fd >= 0) close(fd);
    tgcall_client_handle_closed(client, id);
}

static void on_event(void *userdata, tgcall_client *client, const tgcall_event *event)
{
    struct side *side = userdata;
    tgcall_bytes bytes = tgcall_event_get_bytes(event);
    int i = find(side, tgcall_event_get_socket(event));
    tgcall_addr remote;
    struct sockaddr_storage addr;
    size_t size = 0;

    switch (tgcall_event_get_kind(event)) {
    case TGCALL_EVENT_SIGNALING_SEND: /* sendCallSignalingData here, updateNewCallSignalingData there */
        tgcall_call_handle_signaling(side->other->client, side->other->call, bytes.data, bytes.size);
        break;
    case TGCALL_EVENT_SOCKET_OPEN: open_socket(side, client, event); break;
    case TGCALL_EVENT_SOCKET_CLOSE:
        if (i < 0) break;
        close(side->fds[i].fd);
        side->fds[i] = side->fds[--side->count];
        side->ids[i] = side->ids[side->count];
        break;
    case TGCALL_EVENT_TRANSMIT:
        remote = tgcall_event_get_remote(event);
        if (i >= 0 && tgcall_addr_to_sockaddr(&remote, &addr, sizeof addr, &size) == TGCALL_OK)
            sendto(side->fds[i].fd, bytes.data, bytes.size, 0, (struct sockaddr *)&addr, (socklen_t)size);
        break;
    case TGCALL_EVENT_CALL_STATE:
        printf("%-5s  %s\n", side->name, tgcall_event_get_text(event).data);
        side->is_active = tgcall_event_get_state(event) == TGCALL_CALL_STATE_ACTIVE;
        break;
    case TGCALL_EVENT_CALL_ENDED: /* discardCall, with TDLib's is_disconnected for TGCALL_END_NO_PATH */
        printf("%-5s  %s\n", side->name, tgcall_event_get_text(event).data);
        side->is_active = 0;
        side->is_over = 1;
        break;
    default: break;
    }
}

/* One turn of a side's loop: events out, sleep for a moment, datagrams in. */
static void turn(struct side *side, int at_most_ms)
{
    uint8_t data[2048];
    int32_t timeout_ms = -1;
    nfds_t i;
    tgcall_client_drain(side->client, on_event, side);
    tgcall_client_get_next_timeout(side->client, &timeout_ms);
    if (poll(side->fds, side->count, timeout_ms < 0 || timeout_ms > at_most_ms ? at_most_ms : timeout_ms) <= 0) return;
    for (i = 0; i < side->count; i++) {
        struct sockaddr_storage addr;
        socklen_t addr_size = sizeof addr;
        tgcall_addr from;
        ssize_t got;
        if (!(side->fds[i].revents & POLLIN)) continue;
        got = recvfrom(side->fds[i].fd, data, sizeof data, 0, (struct sockaddr *)&addr, &addr_size);
        if (got >= 0 && tgcall_addr_from_sockaddr(&addr, addr_size, &from) == TGCALL_OK)
            tgcall_client_handle_datagram(side->client, side->ids[i], &from, data, (size_t)got);
    }
}

int main(void)
{
    struct side alice, bob;
    uint8_t key[256];
    struct td_ready ready = {0, 1, key, "9.0.0", "{}", NULL, 0};
    tgcall_addr loopback = {{127, 0, 0, 1}, 0, 4, 0};
    int16_t frame[FRAMES];
    long long start = now_ms(), next = start;
    double phase = 0, power = 0;
    int i, heard = 0, status = 1;

    memset(key, 7, sizeof key);
    memset(&alice, 0, sizeof alice);
    memset(&bob, 0, sizeof bob);
    alice.name = "Alice", alice.other = &bob;
    bob.name = "Bob", bob.other = &alice;
    if (tgcall_client_new(NULL, &alice.client) != TGCALL_OK || tgcall_client_new(NULL, &bob.client) != TGCALL_OK)
        goto done;
    tgcall_client_set_interfaces(alice.client, &loopback, 1);
    tgcall_client_set_interfaces(bob.client, &loopback, 1);
    if (!on_ready(&bob, &ready)) goto done;
    ready.is_outgoing = 1;
    if (!on_ready(&alice, &ready)) goto done;
    while (now_ms() - start < 10000 && heard < 50) {
        turn(&alice, 2);
        turn(&bob, 2);
        for (; next <= now_ms(); next += 20) { /* what a sound card would do on each side */
            for (i = 0; i < FRAMES; i++, phase += 440 * 6.283185307 / RATE) frame[i] = (int16_t)(8000 * sin(phase));
            tgcall_audio_push_s16(alice.client, alice.call, RATE, 1, frame, FRAMES);
            tgcall_audio_pull_s16(bob.client, bob.call, RATE, 1, frame, FRAMES);
            for (power = 0, i = 0; i < FRAMES; i++) power += (double)frame[i] * frame[i] / FRAMES;
            heard += sqrt(power) > 3000;
        }
    }
    printf("Bob heard %d ms of the tone\n", heard * 20);
    tgcall_discard(alice.client, alice.call, TGCALL_DISCARD_REASON_AUTO); /* TDLib's discardCall tells the other side */
    tgcall_discard(bob.client, bob.call, TGCALL_DISCARD_REASON_AUTO);
    turn(&alice, 0);
    turn(&bob, 0);
    status = heard >= 50 && alice.is_over && bob.is_over ? 0 : 1;
done:
    if (status != 0) fprintf(stderr, "%s\n", tgcall_status_get_text().data);
    tgcall_client_free(alice.client);
    tgcall_client_free(bob.client);
    return status;
}
