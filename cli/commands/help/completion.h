/* SPDX-License-Identifier: GPL-3.0-or-later */
/* completion.h - scripts by which shells complete command lines, made from the tables of commands and options. */
#ifndef GST_COMPLETION_H
#define GST_COMPLETION_H

#include <stdio.h>

/* shell: a word of --completion. */
void gst_completion_write(FILE *file, const char *shell);

#endif
