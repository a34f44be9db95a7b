#define _GNU_SOURCE
#include "cthreads.h"

#include <malloc.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/timex.h>

void cthreads_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }

int cthreads_wakeup_new(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

int cthreads_clock_is_synchronised(void) {
  struct timex state;
  memset(&state, 0, sizeof state);
  int answer = adjtimex(&state);
  if (answer < 0) return -1;
  return answer != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
}

void cthreads_configure_malloc(int arenas, int mapped_from) {
  mallopt(M_ARENA_MAX, arenas);
  mallopt(M_MMAP_THRESHOLD, mapped_from);
}
