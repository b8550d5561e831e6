/* A scenario in a process of its own, made before any client: it may end as it likes, and hang for twenty seconds at most. */
#ifndef SCENARIO_H
#define SCENARIO_H

#include "check.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a child inherits and leaves is nobody's leak, nor what stays on a thread that stays. */
static int leaks;
__attribute__((used)) int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void) { return leaks; }

/* Runs it and answers the status of its process as wait(2) has it. */
static inline int status_of(void (*scenario)(void))
{
    int status = -1;
    pid_t child;
    fflush(NULL);
    child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        alarm(20);
        scenario();
        exit(0); /* as from main: with destructors and what is registered for the end */
    }
    CHECK(waitpid(child, &status, 0) == child);
    return status;
}

static inline void expect_exit(void (*scenario)(void), int code, const char *name)
{
    int status = status_of(scenario);
    if (WIFEXITED(status) && WEXITSTATUS(status) == code) return;
    fprintf(stderr, "%s: %s %d, not exit %d\n", name, WIFSIGNALED(status) ? "killed by signal" : "exit",
            WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status), code);
    exit(1);
}
#define EXPECT_EXIT(scenario, code) expect_exit(scenario, code, #scenario)

/* A bell between threads. */
static int rung;
static pthread_mutex_t bell_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t bell = PTHREAD_COND_INITIALIZER;

static inline void ring(void)
{
    pthread_mutex_lock(&bell_lock);
    rung = 1;
    pthread_cond_broadcast(&bell);
    pthread_mutex_unlock(&bell_lock);
}

static inline void wait_for_ring(void)
{
    pthread_mutex_lock(&bell_lock);
    while (!rung) pthread_cond_wait(&bell, &bell_lock);
    rung = 0;
    pthread_mutex_unlock(&bell_lock);
}

static inline void on_thread(void *(*run)(void *), void *argument)
{
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, run, argument) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
}

/* A client whose thread has work to do all the time: a call that looks for a path. */
static inline tgcall_client *busy_client(tgcall_event_fn on_event, void *userdata)
{
    tgcall_client *client = client_of(tgcall_config_new());
    uint8_t key[256] = {7};
    uint64_t call;
    CHECK_STATUS(tgcall_client_start(client, on_event, userdata), TGCALL_OK);
    CHECK_STATUS(tgcall_attach(client, 1, key, sizeof key, NULL, &call), TGCALL_OK);
    CHECK_STATUS(tgcall_connect(client, call, "9.0.0", 1, NULL), TGCALL_OK);
    return client;
}

#endif
