/* SPDX-License-Identifier: GPL-3.0-or-later */
/* topics.c - what help says of each command besides its options. */
#include "cli/commands/help/topics.h"

#include <string.h>

#include "cli/commands/help/topic_list.h"

#define COLUMN(letters, given, names, what) \
    {.commands = letters, .option = given, .columns = names, .text = what},
#define EXAMPLE(letter, what, words) {.command = letter, .purpose = what, .line = words},
#define EXIT(number, letters, what) {.code = number, .commands = letters, .text = what},

const gst_column_topic gst_column_topics[] = {GST_COLUMN_LIST(COLUMN)};
const gst_example_topic gst_example_topics[] = {GST_EXAMPLE_LIST(EXAMPLE)};
const gst_exit_topic gst_exit_topics[] = {GST_EXIT_LIST(EXIT)};
const size_t gst_column_topic_count = sizeof gst_column_topics / sizeof *gst_column_topics;
const size_t gst_example_topic_count = sizeof gst_example_topics / sizeof *gst_example_topics;
const size_t gst_exit_topic_count = sizeof gst_exit_topics / sizeof *gst_exit_topics;

int gst_topic_is_of(const char *commands, const gst_command *command)
{
    return !commands || strchr(commands, command->letter);
}

const char *gst_option_text(const gst_command *command, gst_option_id id)
{
    static const struct {
        char command;
        gst_option_id option;
        const char *text;
    } own[] = {
        {'s', GST_OPTION_D, "input dimensions of the networks"},
        {'v', GST_OPTION_D, "input dimensions of the networks; a verdict wants three or more"},
        {'p', GST_OPTION_D, "with --simulate: input dimension of the networks"},
        {'t', GST_OPTION_D, "with --simulate: input dimension of the networks"},
        {'w', GST_OPTION_D, "with --simulate and --singular-values: input dimensions"},
        {'g', GST_OPTION_OUTPUT, "write the picture to FILE, .pdf, .png or .svg (also -o)"},
    };
    for (size_t i = 0; command && i < sizeof own / sizeof *own; i++)
        if (own[i].command == command->letter && own[i].option == id)
            return own[i].text;
    return gst_option_table[id].help;
}
