/* SPDX-License-Identifier: GPL-3.0-or-later */
/* apart.h - a measurement that may take too long, in a process of its own. */
#ifndef GST_APART_H
#define GST_APART_H

#include <stddef.h>

/* work(context, result) in a copy of this process, for at most `seconds`; what it leaves in result[bytes] is brought
 * back, everything else it does is lost with the copy.  Returns GST_OK; GST_LOOSE: it was not done in time;
 * GST_INTERRUPTED; GST_FAILED: there was no copy, or it died.  Result is as it was unless GST_OK.  For the first
 * thread, while there is no other. */
int gst_apart_run(void (*work)(void *context, void *result), void *context, void *result,
                  size_t bytes, double seconds);

#endif
