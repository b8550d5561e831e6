/* The host sees each socket before it is used: it may mark it, refuse it, call the library and free the client from there. */
#include "scenario.h"
#include <netinet/in.h>
#include <netinet/ip.h>
#include <sys/socket.h>

static tgcall_client *client;
static uint64_t call;
static int refuse, frees, seen;

static int look(void *userdata, intptr_t fd, uint32_t protocol)
{
    struct sockaddr_in bound;
    socklen_t size = sizeof bound;
    int type = 0, tos = IPTOS_LOWDELAY;
    tgcall_call_state state;
    CHECK(userdata == &seen);
    CHECK_INT(protocol, TGCALL_PROTOCOL_UDP);
    CHECK(getsockname((int)fd, (struct sockaddr *)&bound, &size) == 0 && bound.sin_port == 0);
    size = sizeof type;
    CHECK(getsockopt((int)fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_DGRAM);
    CHECK(setsockopt((int)fd, IPPROTO_IP, IP_TOS, &tos, sizeof tos) == 0);
    CHECK_STATUS(tgcall_call_get_state(client, call, &state), TGCALL_OK); /* no lock is held */
    CHECK_INT(state, TGCALL_CALL_STATE_CONNECTING);
    if (frees) tgcall_client_free(client); /* when this returns */
    __atomic_fetch_add(&seen, 1, __ATOMIC_SEQ_CST);
    ring();
    return refuse;
}

static void ignore(void *userdata, tgcall_client *lent, const tgcall_event *event)
{
    (void)userdata, (void)lent, (void)event;
}

/* Until its first socket has been seen. */
static void looking_for_a_path(void)
{
    tgcall_config *config = tgcall_config_new();
    tgcall_addr loopback = {{127, 0, 0, 1}, 0, 4, 0};
    uint8_t key[256] = {7};
    CHECK_STATUS(tgcall_config_set_socket(config, look, &seen), TGCALL_OK);
    client = client_of(config);
    CHECK_STATUS(tgcall_client_set_interfaces(client, &loopback, 1), TGCALL_OK);
    CHECK_STATUS(tgcall_attach(client, 1, key, sizeof key, NULL, &call), TGCALL_OK);
    CHECK_STATUS(tgcall_connect(client, call, "9.0.0", 1, NULL), TGCALL_OK);
    CHECK_STATUS(tgcall_client_start(client, ignore, NULL), TGCALL_OK);
    wait_for_ring();
}

static void marked(void)
{
    looking_for_a_path();
    CHECK(__atomic_load_n(&seen, __ATOMIC_SEQ_CST) > 0);
    tgcall_client_free(client);
}

static void refused(void)
{
    static char report[65536];
    size_t size = 0;
    refuse = 1;
    looking_for_a_path();
    wait_for_ring(); /* it is asked for again, as one that could not be opened */
    CHECK(__atomic_load_n(&seen, __ATOMIC_SEQ_CST) > 1);
    CHECK_STATUS(tgcall_call_get_report(client, call, TGCALL_REPORT_FORMAT_TEXT, 1, report, sizeof report, &size), TGCALL_OK);
    tgcall_client_free(client);
}

static void freed_from_inside(void)
{
    leaks = 1; /* of what our thread still does while the process ends */
    frees = 1;
    looking_for_a_path();
    usleep(200000);
    CHECK_INT(__atomic_load_n(&seen, __ATOMIC_SEQ_CST), 1);
}

int main(void)
{
    EXPECT_EXIT(marked, 0);
    EXPECT_EXIT(refused, 0);
    EXPECT_EXIT(freed_from_inside, 0);
    return 0;
}
