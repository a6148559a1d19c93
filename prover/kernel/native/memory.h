/* Scratch memory of a thread, taken in stack order: what types.h asks of a platform. */
#pragma once
#include <setjmp.h>
#include <stddef.h>

/* Where a thread goes on when it has no more memory. To be set before anything is taken. */
extern _Thread_local jmp_buf memory_exhausted;

/* Returns everything the thread has to the system. */
void memory_end(void);
