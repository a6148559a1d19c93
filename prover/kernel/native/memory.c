#include "memory.h"
#include <stdint.h>
#include <stdlib.h>
#include "../core/types.h"

/*
 * Blocks, each with the mark at which it begins; the last one is filled. A thread that needed several keeps one as large as
 * all of them, so that a proof after the first meets no new pages. Under a sanitizer everything taken is a block by itself.
 */
#if defined(__SANITIZE_ADDRESS__)
#define APART 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define APART 1
#endif
#endif
#ifndef APART
#define APART 0
#endif

#define MOST_BLOCKS 512
#define LEAST_BYTES ((size_t)1 << 20)

_Thread_local jmp_buf memory_exhausted;

static _Thread_local struct {
  struct {
    char *base;
    size_t size, mark;
  } blocks[MOST_BLOCKS];
  int count;
  size_t top, wanted;
} memory;

size_t kernel_mark(void) { return memory.top; }

void *kernel_take(size_t bytes) {
  if (bytes > SIZE_MAX / 4) longjmp(memory_exhausted, 1);
  bytes = (bytes + 63) & ~(size_t)63;
  if (!APART && memory.count > 0) {
    const int last = memory.count - 1;
    const size_t at = memory.top - memory.blocks[last].mark;
    if (bytes <= memory.blocks[last].size - at) {
      memory.top += bytes;
      return memory.blocks[last].base + at;
    }
  }
  size_t size = bytes;
  if (!APART) {
    if (size < LEAST_BYTES) size = LEAST_BYTES;
    if (size < memory.wanted) size = memory.wanted;
  }
  if (size == 0) size = 64;
  char *base = memory.count < MOST_BLOCKS ? aligned_alloc(64, size) : NULL;
  if (base == NULL) longjmp(memory_exhausted, 1);
  memory.blocks[memory.count].base = base;
  memory.blocks[memory.count].size = size;
  memory.blocks[memory.count].mark = memory.top;
  memory.count++;
  memory.top += APART ? size : bytes;
  return base;
}

void kernel_release(size_t mark) {
  const int keep = APART ? 0 : 1;
  if (mark == 0 && memory.count > keep) {
    size_t total = 0;
    for (int i = 0; i < memory.count; i++) total += memory.blocks[i].size;
    if (memory.wanted < total) memory.wanted = total;
  }
  while (memory.count > keep && memory.blocks[memory.count - 1].mark >= mark) free(memory.blocks[--memory.count].base);
  /* One block of several: the next to be taken is as large as all of them were. */
  if (mark == 0 && memory.count == 1 && memory.blocks[0].size < memory.wanted) free(memory.blocks[--memory.count].base);
  memory.top = mark;
}

void memory_end(void) {
  while (memory.count > 0) free(memory.blocks[--memory.count].base);
  memory.top = memory.wanted = 0;
}
