/*
 * Tells the thread sanitizer what Swift's Mutex does under contention.
 *
 * Mutex's fast path is compiled into its callers, where the sanitizer sees it. Its slow path is in
 * libswiftSynchronization, which isn't instrumented, and hands the lock over in the kernel: the sanitizer then reports
 * races between closures that hold the same lock. Loaded ahead of that library, these two add the missing edges.
 * `self` comes in Swift's context register; a program without the sanitizer has no annotations to call.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))

extern void __tsan_acquire(void *) __attribute__((weak));
extern void __tsan_release(void *) __attribute__((weak));

typedef SWIFT void (*lock_function)(uint32_t thread, SELF void *self);
typedef SWIFT void (*unlock_function)(SELF void *self);

SWIFT void lock_slow(uint32_t thread, SELF void *self) __asm__("$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");
SWIFT void unlock_slow(SELF void *self) __asm__("$s15Synchronization12_MutexHandleV11_unlockSlowyyF");

SWIFT void lock_slow(uint32_t thread, SELF void *self) {
    ((lock_function)dlsym(RTLD_NEXT, "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"))(thread, self);
    if (__tsan_acquire) __tsan_acquire(self);
}

SWIFT void unlock_slow(SELF void *self) {
    if (__tsan_release) __tsan_release(self);
    ((unlock_function)dlsym(RTLD_NEXT, "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"))(self);
}
