/* How often the calling thread has asked for memory. */
#ifndef ALLOCATIONS_H
#define ALLOCATIONS_H

/* -1: cannot be told here. */
long allocations_of_this_thread(void);

#endif
