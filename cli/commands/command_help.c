/* SPDX-License-Identifier: GPL-3.0-or-later */
/* command_help.c - `giantstep help`: usage, a command's options, the manual page. */
#include "cli/commands/run.h"
#include "cli/commands/help.h"
#include "cli/process/report.h"
#include "cli/options/settings.h"

static const char any_axes[] =
    "AXIS is a list a,b,c or a range from:to:count or from:to:count:log, both ends included.";

void gst_help_usage(FILE *file)
{
    fprintf(file, "usage: giantstep <command> [options]\n\n"
                  "Exact learning curves of two-layer networks after giant gradient steps.\n\n");
    for (size_t i = 0; i < GST_COMMANDS; i++) {
        const gst_command *command = &gst_command_table[i];
        fprintf(file, "  %-9s %s\n", command->name, command->help);
    }
    fprintf(file,
            "\n`giantstep help <command>' lists its options, `giantstep --version' the version.\n");
}

static void print_option(FILE *file, const gst_command *command, gst_option_id id)
{
    const gst_option *option = &gst_option_table[id];
    char left[64];
    snprintf(left, sizeof left, "--%s %s", option->name, option->metavar ? option->metavar : "");
    fprintf(file, "  %-23s %s", left, option->help);
    if (option->kind == GST_KIND_CHOICE)
        fprintf(file, " (%s)", option->words);
    if (option->initial && option->metavar)
        fprintf(file, " [%s]", gst_setting_initial(command, id));
    fputc('\n', file);
}

static int takes_axes(const gst_command *command)
{
    for (size_t i = 0; i < GST_OPTIONS; i++)
        if (gst_option_table[i].kind == GST_KIND_AXIS &&
            gst_command_takes(command, (gst_option_id)i))
            return 1;
    return 0;
}

void gst_help_command(FILE *file, const gst_command *command)
{
    fprintf(file, "usage: giantstep %s%s%s%s [options]\n\n%s\n\n", command->name,
            command->operand ? " [" : "", command->operand ? command->operand : "",
            command->operand ? "]" : "", command->help);
    for (size_t i = 0; i < GST_OPTIONS; i++)
        if (gst_command_takes(command, (gst_option_id)i))
            print_option(file, command, (gst_option_id)i);
    fprintf(file, "  %-23s %s\n", "--help, -h", "this text");
    if (takes_axes(command))
        fprintf(file, "\n%s\n", command->axes ? command->axes : any_axes);
}

int gst_command_help(const gst_settings *settings)
{
    const char *name = settings->operands > 0 ? settings->operand[0] : NULL;
    const gst_command *command = name ? gst_command_find(name) : NULL;
    if (gst_setting_is_on(settings, GST_OPTION_MAN))
        gst_help_manual(stdout);
    else if (!name)
        gst_help_usage(stdout);
    else if (command)
        gst_help_command(stdout, command);
    else {
        char meant[80];
        gst_command_suggest(name, meant);
        return gst_report(GST_EXIT_USAGE, "help: '%.200s' is not a command%s", name, meant);
    }
    return 0;
}
