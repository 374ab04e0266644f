/* SPDX-License-Identifier: GPL-3.0-or-later */
/* command_info.c - `giantstep info`: version, build, library versions, bound BLAS. */
#include <stdio.h>
#include <string.h>

#include "base/cores.h"
#include "giantstep/giantstep.h"
#include "cli/commands/run.h"
#include "cli/options/settings.h"
#include "cli/process/version.h"

int gst_command_info(const gst_settings *settings)
{
    const char *object = gst_version_blas_object();
    (void)settings;
    printf("giantstep.version: %s\n", GST_VERSION);
    printf("giantstep.git: %s\n", gst_version_git());
    printf("build.compiler: %s\n", gst_version_compiler());
    printf("build.flags: %s\n", gst_version_flags());
    printf("library.gsl: %s\n", gst_version_gsl());
    printf("library.cubature: %s\n", gst_version_cubature());
    printf("library.openblas: %s\n", gst_version_openblas());
    printf("blas.bound: %s\n", object);
    printf("blas.fast: %s\n", strstr(object, "gslcblas") ? "no" : "yes");
    printf("machine.cores: %zu\n", gst_cores());
    return 0;
}
