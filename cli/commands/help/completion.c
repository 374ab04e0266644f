/* SPDX-License-Identifier: GPL-3.0-or-later */
/* completion.c - scripts by which shells complete command lines.
 *
 * First word: a command.  A word that begins with -: an option of the command.  After an option: its words (choices,
 * functions by name), a file where it takes one (FILE), else nothing. */
#include "cli/commands/help/completion.h"

#include <string.h>

#include "cli/options/settings.h"
#include "models/functions/expression.h"

/* Words separated by `|', by blanks. */
static void write_words(FILE *file, const char *words)
{
    for (; *words != '\0'; words++)
        fputc(*words == '|' ? ' ' : *words, file);
}

static void write_commands(FILE *file)
{
    for (size_t i = 0; i < GST_COMMANDS; i++)
        fprintf(file, "%s%s", i > 0 ? " " : "", gst_command_table[i].name);
}

static void write_functions(FILE *file)
{
    const char *name;
    for (size_t i = 0; (name = gst_expression_function_name(i)) != NULL; i++)
        fprintf(file, "%s%s", i > 0 ? " " : "", name);
}

static int is_function(size_t i)
{
    return i == GST_OPTION_ACTIVATION || i == GST_OPTION_TARGET;
}

static int takes_file(const gst_option *option)
{
    return option->metavar && strcmp(option->metavar, "FILE") == 0;
}

/* ---- bash ---------------------------------------------------------------------------------------- */

static void write_bash_options(FILE *file)
{
    for (size_t c = 0; c < GST_COMMANDS; c++) {
        fprintf(file, "    %s) options='", gst_command_table[c].name);
        for (size_t i = 0; i < GST_OPTIONS; i++)
            if (gst_command_takes(&gst_command_table[c], (gst_option_id)i))
                fprintf(file, "--%s ", gst_option_table[i].name);
        fputs("--help' ;;\n", file);
    }
}

static void write_bash_values(FILE *file)
{
    for (size_t i = 0; i < GST_OPTIONS; i++) {
        const gst_option *option = &gst_option_table[i];
        if (option->kind == GST_KIND_FLAG)
            continue;
        fprintf(file, "    *:--%s) ", option->name);
        if (is_function(i)) {
            fputs("words='", file);
            write_functions(file);
            fputs("'", file);
        } else if (option->words && option->kind == GST_KIND_CHOICE) {
            fputs("words='", file);
            write_words(file, option->words);
            fputs("'", file);
        } else
            fputs(takes_file(option) ? "files=yes" : "words=", file);
        fputs("; value=yes ;;\n", file);
    }
}

static void write_bash(FILE *file)
{
    fputs("# bash completion of giantstep, made by `giantstep help --completion bash'.\n"
          "_giantstep()\n{\n"
          "    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}\n"
          "    local command=${COMP_WORDS[1]} options= words= files= value=\n"
          "    COMPREPLY=()\n"
          "    if [ \"$COMP_CWORD\" = 1 ]; then\n"
          "        mapfile -t COMPREPLY < <(compgen -W '",
          file);
    write_commands(file);
    fputs(" --help --version --list-options' -- \"$current\")\n        return\n    fi\n"
          "    case $command in\n",
          file);
    write_bash_options(file);
    fputs("    esac\n    case $command:$before in\n", file);
    write_bash_values(file);
    fputs("    *:-o) files=yes; value=yes ;;\n    esac\n"
          "    if [ -n \"$files\" ]; then mapfile -t COMPREPLY < <(compgen -f -- \"$current\")\n"
          "    elif [ -n \"$value\" ]; then mapfile -t COMPREPLY < <(compgen -W \"$words\" -- "
          "\"$current\")\n"
          "    elif [[ $current = -* ]]; then mapfile -t COMPREPLY < <(compgen -W \"$options\" -- "
          "\"$current\")\n"
          "    elif [ \"$command\" = help ]; then mapfile -t COMPREPLY < <(compgen -W '",
          file);
    write_commands(file);
    fputs("' -- \"$current\")\n"
          "    else mapfile -t COMPREPLY < <(compgen -f -- \"$current\"); fi\n}\n"
          "complete -o filenames -F _giantstep giantstep\n",
          file);
}

/* ---- zsh ----------------------------------------------------------------------------------------- */

/* Text in the single quotes and brackets of _arguments. */
static void write_escaped(FILE *file, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            fputs("'\\''", file);
        else {
            if (strchr("[]:\\", *text))
                fputc('\\', file);
            fputc(*text, file);
        }
    }
}

static void write_zsh_option(FILE *file, size_t i)
{
    const gst_option *option = &gst_option_table[i];
    fprintf(file, " \\\n            '--%s[", option->name);
    write_escaped(file, option->help);
    fputc(']', file);
    if (option->metavar) {
        fprintf(file, ":%s:", option->metavar);
        if (is_function(i)) {
            fputc('(', file);
            write_functions(file);
            fputc(')', file);
        } else if (option->words && option->kind == GST_KIND_CHOICE) {
            fputc('(', file);
            write_words(file, option->words);
            fputc(')', file);
        } else
            fputs(takes_file(option) ? "_files" : " ", file);
    }
    fputc('\'', file);
}

static void write_zsh(FILE *file)
{
    fputs("#compdef giantstep\n"
          "# zsh completion of giantstep, made by `giantstep help --completion zsh'.\n"
          "_giantstep() {\n    if (( CURRENT == 2 )); then\n        local -a commands=(",
          file);
    for (size_t c = 0; c < GST_COMMANDS; c++) {
        fprintf(file, "\n            '%s:", gst_command_table[c].name);
        write_escaped(file, gst_command_table[c].help);
        fputc('\'', file);
    }
    fputs(")\n        _describe command commands\n        return\n    fi\n    case $words[2] in\n",
          file);
    for (size_t c = 0; c < GST_COMMANDS; c++) {
        const gst_command *command = &gst_command_table[c];
        fprintf(file, "    %s)\n        shift words; (( CURRENT-- ))\n        _arguments -S",
                command->name);
        for (size_t i = 0; i < GST_OPTIONS; i++)
            if (gst_command_takes(command, (gst_option_id)i))
                write_zsh_option(file, i);
        fputs(" \\\n            '*:file:_files' ;;\n", file);
    }
    fputs("    esac\n}\n_giantstep \"$@\"\n", file);
}

void gst_completion_write(FILE *file, const char *shell)
{
    if (strcmp(shell, "zsh") == 0)
        write_zsh(file);
    else
        write_bash(file);
}
