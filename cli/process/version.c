/* SPDX-License-Identifier: GPL-3.0-or-later */
/* version.c - what this program was built from, and the libraries it runs with.  The only file that
 * depends on the git hash and on the build flags (Makefile). */
#include "cli/process/version.h"

#include <cblas.h>
#include <gsl/gsl_version.h>

#ifndef GST_GIT
#define GST_GIT "unknown"
#endif
#ifndef GST_FLAGS
#define GST_FLAGS "unknown"
#endif
#ifndef GST_CUBATURE
#define GST_CUBATURE "unknown"
#endif

const char *gst_version_git(void)
{
    return GST_GIT;
}

const char *gst_version_compiler(void)
{
#ifdef __clang__
    return __VERSION__;
#else
    return "gcc " __VERSION__;
#endif
}

const char *gst_version_flags(void)
{
    return GST_FLAGS;
}

const char *gst_version_gsl(void)
{
    return gsl_version;
}

const char *gst_version_cubature(void)
{
    return GST_CUBATURE;
}

const char *gst_version_openblas(void)
{
    return openblas_get_config();
}

/* OpenBLAS's own: ends its threads, which come back when more than one is asked for.  Another BLAS need not have it. */
extern int blas_thread_shutdown_(void) __attribute__((weak));

void gst_version_blas_single(void)
{
    openblas_set_num_threads(1);
    if (blas_thread_shutdown_)
        blas_thread_shutdown_();
}
