#define _GNU_SOURCE
#include "crabbitmq.h"

#include <pthread.h>
#include <sys/eventfd.h>

void crabbitmq_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }

int crabbitmq_wakeup_new(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }
