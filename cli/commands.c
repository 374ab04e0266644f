/* SPDX-License-Identifier: GPL-3.0-or-later */
/* commands.c - the table of commands. */
#include "commands.h"

#include <string.h>

const gst_command gst_command_table[GST_COMMANDS] = {
    {"curve", 'c', gst_command_curve, NULL, "theory: one row per point of the grid"},
    {"simulate", 's', gst_command_simulate, NULL, "Monte Carlo at finite d on the same grid"},
    {"validate", 'v', gst_command_validate, NULL,
     "theory against simulation over a ladder of d, with a verdict"},
    {"bounds", 'b', gst_command_bounds, NULL,
     "upper, lower and kernel bounds; the functions that attain them"},
    {"spectrum", 'p', gst_command_spectrum, NULL,
     "density of the feature covariance; edges, atom, outliers"},
    {"steps", 't', gst_command_steps, NULL,
     "per step and group: spikes and bulk; learnability of the target"},
    {"twostep", 'w', gst_command_twostep, NULL,
     "spikes and alignments of two steps at linear width"},
    {"merge", 'm', gst_command_merge, "FILE...", "the shards of a table put together"},
    {"list", 'l', gst_command_list, NULL, "functions by name with their Hermite coefficients"},
    {"info", 'i', gst_command_info, NULL, "version, build, library versions, bound BLAS"},
    {"help", 'h', gst_command_help, "COMMAND", "this text, or the options of a command"},
};

const gst_command *gst_command_find(const char *name)
{
    for (size_t i = 0; i < GST_COMMANDS; i++)
        if (strcmp(gst_command_table[i].name, name) == 0)
            return &gst_command_table[i];
    return NULL;
}
