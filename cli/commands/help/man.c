/* SPDX-License-Identifier: GPL-3.0-or-later */
/* man.c - giantstep(1) and giantstep-COMMAND(1), generated from the tables of commands, options and topics. */
#include <string.h>

#include "giantstep/giantstep.h"
#include "cli/commands/help/help.h"
#include "cli/commands/help/topics.h"
#include "cli/options/settings.h"

/* Text as troff wants it: hyphens and backslashes escaped, no line beginning with a control character. */
static void put(FILE *file, const char *text)
{
    if (*text == '.' || *text == '\'')
        fputs("\\&", file);
    for (; *text != '\0'; text++) {
        if (*text == '\\')
            fputs("\\e", file);
        else if (*text == '-')
            fputs("\\-", file);
        else
            fputc(*text, file);
    }
}

static void put_commands(FILE *file)
{
    fputs(".SH COMMANDS\n", file);
    for (size_t i = 0; i < GST_COMMANDS; i++) {
        const gst_command *command = &gst_command_table[i];
        fprintf(file, ".TP\n.BR %s \" ; see giantstep\\-%s\" (1)\n", command->name, command->name);
        put(file, command->help);
        fputs(".\n", file);
    }
}

/* The commands that take an option, as `curve, bounds'. */
static void put_takers(FILE *file, gst_option_id id)
{
    const char *separator = "";
    for (size_t i = 0; i < GST_COMMANDS; i++)
        if (gst_command_takes(&gst_command_table[i], id)) {
            fprintf(file, "%s%s", separator, gst_command_table[i].name);
            separator = ", ";
        }
}

/* `; default 1000 (validate: 250,500,1000)' */
static void put_default(FILE *file, gst_option_id id)
{
    const char *usual = gst_option_table[id].initial;
    fputs("; default ", file);
    put(file, usual);
    for (size_t i = 0; i < GST_COMMANDS; i++) {
        const gst_command *command = &gst_command_table[i];
        const char *own = gst_setting_initial(command, id);
        if (gst_command_takes(command, id) && strcmp(own, usual) != 0)
            fprintf(file, " (%s: %s)", command->name, own);
    }
}

/* The name of an option and its text, without the full stop. */
static void put_option_head(FILE *file, const gst_command *command, gst_option_id id)
{
    const gst_option *option = &gst_option_table[id];
    fputs(".TP\n.B \\-\\-", file);
    put(file, option->name);
    if (option->metavar)
        fprintf(file, " \\fI%s\\fR", option->metavar);
    fputc('\n', file);
    put(file, gst_option_text(command, id));
    if (option->kind == GST_KIND_CHOICE) {
        fputs(" (", file);
        put(file, option->words);
        fputc(')', file);
    }
}

static void put_option(FILE *file, gst_option_id id)
{
    const gst_option *option = &gst_option_table[id];
    put_option_head(file, NULL, id);
    if (option->initial && option->metavar)
        put_default(file, id);
    fputs(". Taken by ", file);
    put_takers(file, id);
    fputs(".\n", file);
}

static void put_options(FILE *file)
{
    fputs(".SH OPTIONS\n", file);
    for (size_t i = 0; i < GST_OPTIONS; i++)
        put_option(file, (gst_option_id)i);
}

static const char synopsis[] =
    ".SH NAME\n"
    "giantstep \\- exact learning curves of two\\-layer networks after giant gradient steps\n"
    ".SH SYNOPSIS\n"
    ".B giantstep\n.I command\n[\\fIoptions\\fR]\n.br\n"
    ".B giantstep help\n[\\fIcommand\\fR]\n.br\n"
    ".B giantstep \\-\\-version\n"
    ".SH DESCRIPTION\n"
    "An option is \\fB\\-\\-key\\fR \\fIvalue\\fR or \\fB\\-\\-key=\\fR\\fIvalue\\fR; the token "
    "after "
    "a key is its value even if it begins with \\-. A repeated option is an error. Every option is "
    "also a key of a config file (\\fB\\-\\-config\\fR), in lines \\fIkey\\fR = \\fIvalue\\fR with "
    "# "
    "comments and flags yes or no; the command line overrides the file. The preamble of a table, "
    "saved as such a file, reproduces the table.\n"
    ".PP\n"
    "An \\fIAXIS\\fR is a list \\fIa\\fR,\\fIb\\fR,\\fIc\\fR, a range "
    "\\fIfrom\\fR:\\fIto\\fR:\\fIcount\\fR (both ends included) or a logarithmic range "
    "\\fIfrom\\fR:\\fIto\\fR:\\fIcount\\fR:log. The grid is the product of the axes, slowest to "
    "fastest d, eta, alpha0, steps, noise, beta, lambda, width, alpha. The commands spectrum, "
    "steps "
    "and, but for d, twostep take one value of each.\n"
    ".PP\n"
    "Tables go to standard output (or \\fB\\-\\-output\\fR), everything else to standard error.\n";

static const char trailer[] =
    ".SH EXIT STATUS\n"
    "The first of these that applies.\n"
    ".TP\n.B 130, 143\ninterrupted; the rows finished so far are written\n"
    ".TP\n.B 1\na runtime or input/output error\n"
    ".TP\n.B 2\nwrong usage or a bad value, which is named; nothing is written\n"
    ".TP\n.B 4\nvalidation disagrees\n"
    ".TP\n.B 3\nsome row is loose or failed\n"
    ".TP\n.B 0\nall rows are ok\n"
    ".SH EXAMPLES\n"
    ".nf\n"
    "giantstep curve \\-\\-eta 3 \\-\\-alpha0 20 \\-\\-bulk isotropic \\-\\-alpha 0.2:3:57\n"
    "giantstep curve \\-\\-lambda opt \\-\\-alpha 0.1:10:40:log \\-\\-format csv\n"
    "giantstep bounds \\-\\-target 'z1 + z1^2/2' \\-\\-eta 0.5:4:8\n"
    ".fi\n";

void gst_help_manual(FILE *file)
{
    fprintf(file, ".TH GIANTSTEP 1 \"\" \"giantstep %s\" \"User Commands\"\n", GST_VERSION);
    fputs(synopsis, file);
    put_commands(file);
    put_options(file);
    fputs(trailer, file);
}

/* ---- the page of a command ------------------------------------------------------------------------ */

static void put_own_options(FILE *file, const gst_command *command)
{
    fputs(".SH OPTIONS\n", file);
    for (size_t i = 0; i < GST_OPTIONS; i++) {
        gst_option_id id = (gst_option_id)i;
        const gst_option *option = &gst_option_table[i];
        if (!gst_command_takes(command, id))
            continue;
        put_option_head(file, command, id);
        if (option->initial && option->metavar) {
            fputs("; default ", file);
            put(file, gst_setting_initial(command, id));
        }
        fputs(".\n", file);
    }
}

static void put_columns(FILE *file, const gst_command *command)
{
    const char *title = ".SH COLUMNS\n";
    for (size_t i = 0; i < gst_column_topic_count; i++) {
        const gst_column_topic *topic = &gst_column_topics[i];
        if (!gst_topic_is_of(topic->commands, command))
            continue;
        fprintf(file, "%s.TP\n.B ", title);
        put(file, topic->columns);
        fputc('\n', file);
        put(file, topic->text);
        if (topic->option) {
            fputs(" (with \\fB\\-\\-", file);
            put(file, topic->option);
            fputs("\\fR)", file);
        }
        fputs(".\n", file);
        title = "";
    }
}

static void put_examples(FILE *file, const gst_command *command)
{
    fputs(".SH EXAMPLES\n", file);
    for (size_t i = 0; i < gst_example_topic_count; i++) {
        if (gst_example_topics[i].command != command->letter)
            continue;
        fputs(".TP\n", file);
        put(file, gst_example_topics[i].purpose);
        fputs("\n.B giantstep ", file);
        put(file, gst_example_topics[i].line);
        fputc('\n', file);
    }
}

static void put_exit_codes(FILE *file, const gst_command *command)
{
    fputs(".SH EXIT STATUS\nThe first of these that applies.\n", file);
    for (size_t i = 0; i < gst_exit_topic_count; i++)
        if (gst_topic_is_of(gst_exit_topics[i].commands, command)) {
            fprintf(file, ".TP\n.B %d\n", gst_exit_topics[i].code);
            put(file, gst_exit_topics[i].text);
            fputs(".\n", file);
        }
}

void gst_help_manual_of(FILE *file, const gst_command *command)
{
    fprintf(
        file,
        ".TH GIANTSTEP-%s 1 \"\" \"giantstep %s\" \"User Commands\"\n.SH NAME\ngiantstep\\-%s \\- ",
        command->name, GST_VERSION, command->name);
    put(file, command->help);
    fprintf(file, "\n.SH SYNOPSIS\n.B giantstep %s\n%s%s%s[\\fIoptions\\fR]\n", command->name,
            command->operand ? "[\\fI" : "", command->operand ? command->operand : "",
            command->operand ? "\\fR] " : "");
    if (command->axes) {
        fputs(".SH DESCRIPTION\n", file);
        put(file, command->axes);
        fputc('\n', file);
    }
    put_own_options(file, command);
    put_columns(file, command);
    put_examples(file, command);
    put_exit_codes(file, command);
    fputs(".SH SEE ALSO\n.BR giantstep (1)\n", file);
}
