/* SPDX-License-Identifier: GPL-3.0-or-later */
/* interrupt.h - SIGINT and SIGTERM: a flag first, the end of the process soon after. */
#ifndef GST_INTERRUPT_H
#define GST_INTERRUPT_H

/* Install the handlers; SIGPIPE and SIGXFSZ are ignored, so that failed writes are seen as such.  speak: this
 * process says on stderr that it is stopping.
 * The first signal sets the flag; unless gst_interrupt_seen is called within 0.7 s the process then ends with
 * exit code 128 plus the signal's number, wherever it is.  The second signal ends it at once. */
void gst_interrupt_install(int speak);

/* The flag: 0, or the number of the signal that came. */
volatile const int *gst_interrupt_flag(void);

/* Nothing long follows: from here on the first signal does not end the process.  Called before a table is
 * closed. */
void gst_interrupt_seen(void);

#endif
