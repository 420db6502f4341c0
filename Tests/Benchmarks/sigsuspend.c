/*
 * Debian 12's valgrind writes into the mask that sigsuspend is given, and dies where that is constant, as it is in
 * libdispatch: loaded ahead of libc, this hands it a copy.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>

int sigsuspend(const sigset_t *mask) {
    sigset_t copy = *mask;
    int (*original)(const sigset_t *) = dlsym(RTLD_NEXT, "sigsuspend");
    return original(&copy);
}
