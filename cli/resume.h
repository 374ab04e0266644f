/* SPDX-License-Identifier: GPL-3.0-or-later */
/* resume.h - `--resume`: go on with a table where its file ends. */
#ifndef GST_RESUME_H
#define GST_RESUME_H

#include <stddef.h>

#include "output.h"

/* Rows found in the file, and how many of them are of that status. */
typedef struct {
    size_t rows, loose, failed;
} gst_resume;

/* `output` holds, not yet written, the preamble and header that this run would write to `path`, a table of
 * `rows` rows.  If the file is there with the same preamble outside `run.` and the same shard, it is
 * cut after its last whole row and opened to be appended to, and the buffer is emptied; if it is not
 * there, is empty or ends before its header, it is begun anew and the buffer kept.  Any other file is
 * left alone: 0 or an exit code, the message printed. */
int gst_resume_open(gst_output *output, const char *path, size_t rows, gst_resume *found);

#endif
