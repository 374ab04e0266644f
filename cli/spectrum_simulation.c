/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report.h"
#include "spectrum_job.h"
int gst_spectrum_write_simulation(gst_spectrum_job *job)
{
    (void)job;
    return gst_report(GST_EXIT_USAGE, "--simulate: not built yet");
}
