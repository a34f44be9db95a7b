#ifndef CTHREADS_H
#define CTHREADS_H

/* GNU calls that Swift's Glibc module leaves out: the calling thread's name (15 bytes), and a fresh eventfd. */
void cthreads_name_thread(const char *name);
int cthreads_wakeup_new(void);

/* mallopt(3), too: at most so many arenas, and blocks from so many bytes on are mapped each for itself. */
void cthreads_configure_malloc(int arenas, int mapped_from);

/* adjtimex(2), which it leaves out too: 1 where the kernel's clock is kept right by somebody, 0 where not, -1 unknown. */
int cthreads_clock_is_synchronised(void);

#endif
