/* Two embedded clients with a call, whose sockets are each other: what one transmits the other is given, in virtual time. */
#ifndef PAIR_H
#define PAIR_H

#include "check.h"

static tgcall_client *clients[2];
static uint64_t calls[2];
static uint64_t now_ns = 1000000000;

static inline uint64_t read_clock(void *userdata)
{
    (void)userdata;
    return now_ns;
}

static struct { uint64_t socket; tgcall_addr local; } sockets[2][64];
static int socket_count[2], active;

/* What a test adds: to the configuration of both, and to what happens to them. */
static void (*pair_configure)(tgcall_config *config);
static void (*pair_event)(int side, const tgcall_event *event);

static inline void link_event(void *userdata, tgcall_client *client, const tgcall_event *event)
{
    int side = *(int *)userdata, i, j;
    uint64_t socket = tgcall_event_get_socket(event);
    tgcall_bytes bytes = tgcall_event_get_bytes(event);
    tgcall_addr local, remote = tgcall_event_get_remote(event);
    switch (tgcall_event_get_kind(event)) {
    case TGCALL_EVENT_SIGNALING_SEND:
        CHECK(tgcall_call_handle_signaling(clients[!side], calls[!side], bytes.data, bytes.size) >= 0);
        break;
    case TGCALL_EVENT_SOCKET_OPEN:
        local = tgcall_event_get_local(event);
        if (tgcall_event_get_protocol(event) != TGCALL_PROTOCOL_UDP || socket_count[side] == 64) {
            CHECK_STATUS(tgcall_client_handle_closed(client, socket), TGCALL_OK);
            break;
        }
        local.port = (uint16_t)(4000 + 100 * side + socket_count[side]);
        sockets[side][socket_count[side]].socket = socket;
        sockets[side][socket_count[side]++].local = local;
        CHECK_STATUS(tgcall_client_handle_opened(client, socket, &local), TGCALL_OK);
        break;
    case TGCALL_EVENT_TRANSMIT:
        for (i = 0; i < socket_count[side]; i++)
            for (j = 0; j < socket_count[!side]; j++)
                if (sockets[side][i].socket == socket && sockets[!side][j].local.port == remote.port &&
                    memcmp(sockets[!side][j].local.ip, remote.ip, 4) == 0)
                    tgcall_client_handle_datagram(clients[!side], sockets[!side][j].socket, &sockets[side][i].local,
                                                  bytes.data, bytes.size);
        break;
    case TGCALL_EVENT_CALL_STATE:
        active += tgcall_event_get_state(event) == TGCALL_CALL_STATE_ACTIVE;
        break;
    default:
        if (pair_event) pair_event(side, event);
        break;
    }
}

/* Both drain, and 10 ms go by. */
static inline void turn(void)
{
    int side, round;
    for (round = 0; round < 4; round++)
        for (side = 0; side < 2; side++) CHECK(tgcall_client_drain(clients[side], link_event, &side) >= 0);
    now_ns += 10000000;
}

static inline void make_calls(void)
{
    uint8_t key[256];
    int side;
    size_t i;
    for (i = 0; i < sizeof key; i++) key[i] = (uint8_t)(5 * i + 3);
    for (side = 0; side < 2; side++) {
        tgcall_config *config = tgcall_config_new();
        tgcall_addr addr = {{10, 0, 0, (uint8_t)(1 + side)}, 0, 4, 0};
        CHECK_STATUS(tgcall_config_set_clock(config, read_clock, NULL), TGCALL_OK);
        if (pair_configure) pair_configure(config);
        clients[side] = client_of(config);
        CHECK_STATUS(tgcall_client_set_interfaces(clients[side], &addr, 1), TGCALL_OK);
        CHECK_STATUS(tgcall_attach(clients[side], side == 0, key, sizeof key, NULL, &calls[side]), TGCALL_OK);
    }
    for (side = 0; side < 2; side++)
        CHECK_STATUS(tgcall_connect(clients[side], calls[side], "9.0.0", 1, NULL), TGCALL_OK);
}

/* Turns until the call is up on both sides. */
static inline void until_active(void)
{
    int turns;
    for (turns = 0; active < 2; turns++) {
        CHECK(turns < 2000);
        turn();
    }
}

#endif
