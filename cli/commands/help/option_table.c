/* SPDX-License-Identifier: GPL-3.0-or-later */
/* option_table.c - `--list-options`: options as a table for machines.
 *
 * command, option, metavar, kind, role, default, words, help; empty where there is none.  No cell holds a tab. */
#include "cli/commands/help/option_table.h"

#include "cli/commands/help/topics.h"

static const char *const kinds[] = {
    [GST_KIND_AXIS] = "axis", [GST_KIND_LIST] = "list", [GST_KIND_NUMBER] = "number",
    [GST_KIND_SIZE] = "size", [GST_KIND_FLAG] = "flag", [GST_KIND_CHOICE] = "choice",
    [GST_KIND_TEXT] = "text"};

static const char *or_nothing(const char *text)
{
    return text ? text : "";
}

static void write_options(FILE *file, const gst_command *command)
{
    for (size_t i = 0; i < GST_OPTIONS; i++) {
        const gst_option *option = &gst_option_table[i];
        gst_option_id id = (gst_option_id)i;
        if (gst_command_takes(command, id))
            fprintf(file, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", command->name, option->name,
                    or_nothing(option->metavar), kinds[option->kind],
                    option->role == GST_ROLE_PARAMETER ? "parameter" : "run",
                    or_nothing(gst_setting_initial(command, id)), or_nothing(option->words),
                    gst_option_text(command, id));
    }
}

void gst_option_table_write(FILE *file, const gst_command *command)
{
    fputs("command\toption\tmetavar\tkind\trole\tdefault\twords\thelp\n", file);
    for (size_t i = 0; i < GST_COMMANDS; i++)
        if (!command || command == &gst_command_table[i])
            write_options(file, &gst_command_table[i]);
}
