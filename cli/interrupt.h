/* SPDX-License-Identifier: GPL-3.0-or-later */
/* interrupt.h - SIGINT and SIGTERM set a flag; the second one ends the process at once. */
#ifndef GST_INTERRUPT_H
#define GST_INTERRUPT_H

/* Install the handlers; SIGPIPE and SIGXFSZ are ignored, so that failed writes are seen as such. */
void gst_interrupt_install(void);

/* The flag: 0, or the number of the signal that came. */
volatile const int *gst_interrupt_flag(void);

#endif
