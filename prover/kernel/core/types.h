#pragma once
#include <stddef.h>
#include <stdint.h>

/* What the core asks of its platform: memory it takes in stack order, and nothing else. */
void *kernel_take(size_t bytes);
size_t kernel_mark(void);
void kernel_release(size_t mark);

#define INLINE static inline __attribute__((always_inline, unused))
#define FUNCTION static __attribute__((noinline, unused))
#ifdef __clang__
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif
#define PASTE2(a, b) a##_##b
#define PASTE(a, b) PASTE2(a, b)
