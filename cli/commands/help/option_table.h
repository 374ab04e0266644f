/* SPDX-License-Identifier: GPL-3.0-or-later */
/* option_table.h - `--list-options`: options as a table for machines. */
#ifndef GST_OPTION_TABLE_H
#define GST_OPTION_TABLE_H

#include <stdio.h>

#include "cli/options/commands.h"

/* tsv with a header row; a row for each option of the command, NULL: of every command. */
void gst_option_table_write(FILE *file, const gst_command *command);

#endif
