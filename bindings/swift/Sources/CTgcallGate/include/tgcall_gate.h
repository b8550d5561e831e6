/* Who is inside a handle of the library, and whether it is closed: one word and no lock, so that an audio thread may pass.
 * In C, as the atomics of Swift want macOS 15 and iOS 18. */
#ifndef TGCALL_GATE_H
#define TGCALL_GATE_H

#include <stdbool.h>
#include <stdint.h>

#define TGCALL_GATE_CLOSED (1ull << 63)
#define TGCALL_GATE_CLAIMED (1ull << 62)

/* Only one is told to free, once: it is closed and nobody is inside. */
static inline bool tgcall_gate_claim(uint64_t *gate)
{
    uint64_t empty = TGCALL_GATE_CLOSED;
    return __atomic_compare_exchange_n(gate, &empty, TGCALL_GATE_CLOSED | TGCALL_GATE_CLAIMED, false, __ATOMIC_ACQ_REL,
                                       __ATOMIC_ACQUIRE);
}

/* False: it is closed. Leave all the same, as the one before may have relied on it. */
static inline bool tgcall_gate_enter(uint64_t *gate)
{
    return (__atomic_fetch_add(gate, 1, __ATOMIC_ACQ_REL) & TGCALL_GATE_CLOSED) == 0;
}

/* True: free it. */
static inline bool tgcall_gate_leave(uint64_t *gate)
{
    return __atomic_sub_fetch(gate, 1, __ATOMIC_ACQ_REL) == TGCALL_GATE_CLOSED && tgcall_gate_claim(gate);
}

/* True: free it. False: it was closed before, or the last that leaves will be told. */
static inline bool tgcall_gate_close(uint64_t *gate)
{
    return __atomic_fetch_or(gate, TGCALL_GATE_CLOSED, __ATOMIC_ACQ_REL) == 0 && tgcall_gate_claim(gate);
}

#endif
