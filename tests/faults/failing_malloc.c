/* SPDX-License-Identifier: GPL-3.0-or-later */
/* failing_malloc.c - preloaded (LD_PRELOAD) before the C library: one allocation fails.
 *
 * FAIL_AT=N: the N-th call of malloc, calloc, realloc or aligned_alloc returns NULL; FAIL_FROM=N: it and all that
 * follow do.  At the end the number of calls is written to FAIL_COUNT, if that names a file.  Calls by the
 * libraries of BLAS and LAPACK and by the loader are not counted: they do not check. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static atomic_ulong calls;
static unsigned long at, from;
static int ready;

__attribute__((constructor)) static void begin(void)
{
    const char *text = getenv("FAIL_AT");
    at = text ? strtoul(text, NULL, 10) : 0;
    text = getenv("FAIL_FROM");
    from = text ? strtoul(text, NULL, 10) : 0;
    ready = 1;
}

__attribute__((destructor)) static void end(void)
{
    const char *name = getenv("FAIL_COUNT");
    char text[32];
    int fd = name ? open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;
    ready = 0;
    if (fd < 0)
        return;
    int length = snprintf(text, sizeof text, "%lu\n", atomic_load(&calls));
    if (write(fd, text, (size_t)length) != length)
        _exit(125);
    close(fd);
}

static int is_counted(void *caller)
{
    static const char *const others[] = {"openblas", "lapack", "ld-linux", "libdl", "gfortran"};
    Dl_info object;
    if (!dladdr(caller, &object) || !object.dli_fname)
        return 0;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strstr(object.dli_fname, others[i]))
            return 0;
    return 1;
}

static int fails(void *caller)
{
    if (!ready || !is_counted(caller))
        return 0;
    unsigned long call = atomic_fetch_add(&calls, 1) + 1;
    if (call != at && (from == 0 || call < from))
        return 0;
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : __libc_memalign(alignment, size);
}
