#include "allocations.h"
#include <stddef.h>

#ifdef __GLIBC__
/* These stand before those of the C library, for the whole test program. */
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);

static _Thread_local long count;

void *malloc(size_t size)
{
    count++;
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size)
{
    count++;
    return __libc_calloc(number, size);
}

void *realloc(void *memory, size_t size)
{
    count++;
    return __libc_realloc(memory, size);
}

long allocations_of_this_thread(void)
{
    return count;
}
#else
long allocations_of_this_thread(void)
{
    return -1;
}
#endif
