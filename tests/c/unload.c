/* A plugin's host closes the library while a client of it is started: it stays loaded, its thread goes on, and opening it
 * again finds it. Not linked with the library; argv[1] is its path. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <tgcall.h>
#include <unistd.h>

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: %s is false\n", __FILE__, __LINE__, #condition);                                   \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

static tgcall_status (*client_new)(const tgcall_config *, tgcall_client **);
static tgcall_status (*client_start)(tgcall_client *, tgcall_event_fn, void *);
static tgcall_status (*request)(tgcall_client *, int64_t, int64_t, int, void *, uint64_t *);
static void (*client_free)(tgcall_client *);

static void *open_it(const char *path)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) fprintf(stderr, "%s\n", dlerror());
    CHECK(library);
    *(void **)&client_new = dlsym(library, "tgcall_client_new");
    *(void **)&client_start = dlsym(library, "tgcall_client_start");
    *(void **)&request = dlsym(library, "tgcall_request");
    *(void **)&client_free = dlsym(library, "tgcall_client_free");
    CHECK(client_new && client_start && request && client_free);
    return library;
}

static int events;
static void note(void *userdata, tgcall_client *client, const tgcall_event *event)
{
    (void)userdata, (void)client, (void)event;
    __atomic_add_fetch(&events, 1, __ATOMIC_RELEASE);
}

int main(int argc, char **argv)
{
    tgcall_client *client, *again;
    uint64_t call;
    void *library;
    int waited;
    CHECK(argc == 2);
    library = open_it(argv[1]);
    CHECK(client_new(NULL, &client) == TGCALL_OK);
    CHECK(client_start(client, note, NULL) == TGCALL_OK);
    CHECK(dlclose(library) == 0);
    library = open_it(argv[1]);
    CHECK(request(client, 88, 99, 0, NULL, &call) == TGCALL_OK);
    for (waited = 0; !__atomic_load_n(&events, __ATOMIC_ACQUIRE); waited++) {
        CHECK(waited < 10000);
        usleep(1000);
    }
    CHECK(client_new(NULL, &again) == TGCALL_OK);
    client_free(again);
    client_free(client);
    CHECK(dlclose(library) == 0);
    return 0;
}
