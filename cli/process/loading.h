/* SPDX-License-Identifier: GPL-3.0-or-later */
/* loading.h - what happens before main where address space is limited (ulimit -v). */
#ifndef GST_LOADING_H
#define GST_LOADING_H

/* First thing in main: all libraries are loaded. */
void gst_loading_done(void);

#endif
