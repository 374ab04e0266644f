/* SPDX-License-Identifier: GPL-3.0-or-later */
/* blas_object.c - which shared object cblas_dgemm is bound to.  Linked in the wrong order, cblas comes
 * from libgslcblas, 20 times slower, in silence.  dladdr is a GNU extension: the Makefile defines
 * _GNU_SOURCE for this file. */
#include <dlfcn.h>

#include "cli/process/version.h"

const char *gst_version_blas_object(void)
{
    Dl_info object;
    void *address = dlsym(RTLD_DEFAULT, "cblas_dgemm");
    if (!address || dladdr(address, &object) == 0 || !object.dli_fname)
        return "unknown";
    return object.dli_fname;
}
