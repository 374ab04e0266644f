/* SPDX-License-Identifier: GPL-3.0-or-later */
/* commands.c - the table of commands. */
#include "commands.h"

#include <stdio.h>
#include <string.h>

#include "nearest.h"

static const char one_point[] = "AXIS is one value: the command takes one parameter point.";
static const char one_point_but_d[] =
    "AXIS is one value, for --d also a list a,b,c or a range from:to:count[:log].";

const gst_command gst_command_table[GST_COMMANDS] = {
    {"curve", 'c', gst_command_curve, NULL, "theory: one row per point of the grid", NULL},
    {"simulate", 's', gst_command_simulate, NULL, "Monte Carlo at finite d on the same grid", NULL},
    {"validate", 'v', gst_command_validate, NULL,
     "theory against simulation over a ladder of d, with a verdict", NULL},
    {"bounds", 'b', gst_command_bounds, NULL,
     "upper, lower and kernel bounds; the functions that attain them", NULL},
    {"spectrum", 'p', gst_command_spectrum, NULL,
     "density of the feature covariance; edges, atom, outliers", one_point},
    {"steps", 't', gst_command_steps, NULL,
     "per step and group: spikes and bulk; learnability of the target", one_point},
    {"twostep", 'w', gst_command_twostep, NULL,
     "spikes and alignments of two steps at linear width", one_point_but_d},
    {"merge", 'm', gst_command_merge, "FILE...", "the shards of a table put together", NULL},
    {"list", 'l', gst_command_list, NULL, "functions by name with their Hermite coefficients",
     NULL},
    {"info", 'i', gst_command_info, NULL, "version, build, library versions, bound BLAS", NULL},
    {"help", 'h', gst_command_help, "COMMAND", "this text, or the options of a command", NULL},
};

const gst_command *gst_command_find(const char *name)
{
    for (size_t i = 0; i < GST_COMMANDS; i++)
        if (strcmp(gst_command_table[i].name, name) == 0)
            return &gst_command_table[i];
    return NULL;
}

void gst_command_suggest(const char *name, char text[80])
{
    gst_nearest nearest = {0};
    text[0] = '\0';
    for (size_t i = 0; i < GST_COMMANDS; i++)
        gst_nearest_try(&nearest, name, strlen(name), gst_command_table[i].name);
    if (nearest.known)
        snprintf(text, 80, ", did you mean %s?", nearest.known);
}
