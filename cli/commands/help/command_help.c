/* SPDX-License-Identifier: GPL-3.0-or-later */
/* command_help.c - `giantstep help`: usage, a command's options, the manual page. */
#include "cli/commands/run.h"
#include "cli/commands/help/completion.h"
#include "cli/commands/help/help.h"
#include "cli/commands/help/option_table.h"
#include "cli/commands/help/topics.h"
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
    fprintf(file, "  %-23s %s", left, gst_option_text(command, id));
    if (option->kind == GST_KIND_CHOICE)
        fprintf(file, " (%s)", option->words);
    if (option->initial && option->metavar)
        fprintf(file, " [%s]", gst_setting_initial(command, id));
    fputc('\n', file);
}

static void print_columns(FILE *file, const gst_command *command)
{
    const char *title = "\nColumns\n";
    for (size_t i = 0; i < gst_column_topic_count; i++) {
        const gst_column_topic *topic = &gst_column_topics[i];
        if (!gst_topic_is_of(topic->commands, command))
            continue;
        fprintf(file, "%s  %s%s%s%s\n        %s\n", title, topic->option ? "--" : "",
                topic->option ? topic->option : "", topic->option ? ": " : "", topic->columns,
                topic->text);
        title = "";
    }
}

static void print_examples(FILE *file, const gst_command *command)
{
    fputs("\nExamples\n", file);
    for (size_t i = 0; i < gst_example_topic_count; i++)
        if (gst_example_topics[i].command == command->letter)
            fprintf(file, "  %s:\n        giantstep %s\n", gst_example_topics[i].purpose,
                    gst_example_topics[i].line);
}

static void print_exit_codes(FILE *file, const gst_command *command)
{
    fputs("\nExit codes, the first that applies\n", file);
    for (size_t i = 0; i < gst_exit_topic_count; i++)
        if (gst_topic_is_of(gst_exit_topics[i].commands, command))
            fprintf(file, "  %3d   %s\n", gst_exit_topics[i].code, gst_exit_topics[i].text);
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
    print_columns(file, command);
    print_examples(file, command);
    print_exit_codes(file, command);
}

int gst_command_help(const gst_settings *settings)
{
    const char *name = settings->operands > 0 ? settings->operand[0] : NULL;
    const gst_command *command = name ? gst_command_find(name) : NULL;
    if (name && !command) {
        char meant[80];
        gst_command_suggest(name, meant);
        return gst_report(GST_EXIT_USAGE, "help: '%.200s' is not a command%s", name, meant);
    }
    if (gst_setting_is_given(settings, GST_OPTION_COMPLETION))
        gst_completion_write(stdout, gst_setting_text(settings, GST_OPTION_COMPLETION));
    else if (gst_setting_is_on(settings, GST_OPTION_LIST_OPTIONS))
        gst_option_table_write(stdout, command);
    else if (gst_setting_is_on(settings, GST_OPTION_MAN) && command)
        gst_help_manual_of(stdout, command);
    else if (gst_setting_is_on(settings, GST_OPTION_MAN))
        gst_help_manual(stdout);
    else if (command)
        gst_help_command(stdout, command);
    else
        gst_help_usage(stdout);
    return 0;
}
