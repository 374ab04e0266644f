/* SPDX-License-Identifier: GPL-3.0-or-later */
/* command_plot.c - `giantstep plot TABLE...`: a picture of tables by gnuplot.
 *
 *   1. Read the tables (plot_read.c) and sort them into curves (plot_figure.c).
 *   2. Write a script with its data (plot_script.c): to --output NAME.gp or standard output with --script, beside the
 *      picture with --script and a picture's name.
 *   3. Run gnuplot on it: the picture is NAME.part until it is whole; without --output it is drawn in characters. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/memory.h"
#include "cli/commands/plot/plot_figure.h"
#include "cli/commands/plot/plot_gnuplot.h"
#include "cli/commands/plot/plot_read.h"
#include "cli/commands/plot/plot_script.h"
#include "cli/commands/run.h"
#include "cli/process/report.h"
#include "cli/tables/output.h"

typedef struct {
    const gst_settings *settings;
    gst_plot_figure figure;
    gst_plot_page page;
} job;

static int temporary_fails(void)
{
    return gst_report(GST_EXIT_RUNTIME, "plot: a temporary file: %s", strerror(errno));
}

/* Everything in `from' to the output, without the page feed that begins gnuplot's pages of text. */
static int copy(FILE *from, gst_output *output)
{
    char block[4096];
    size_t length, begin = 0;
    rewind(from);
    for (int first = 1; (length = fread(block, 1, sizeof block, from)) > 0; first = 0) {
        begin = first && *block == '\f' ? 1 : 0;
        begin += first && length > begin && block[begin] == '\n';
        gst_output_add_bytes(output, block + begin, length - begin);
    }
    return ferror(from) ? temporary_fails() : 0;
}

/* Text that is not of the table's file: to standard output. */
static int print(FILE *from)
{
    gst_output output = {.fd = STDOUT_FILENO, .name = "stdout", .own = {.fd = -1}};
    int code = copy(from, &output);
    return gst_exit_worse(code, gst_output_close(&output, 1));
}

/* ---- scripts ------------------------------------------------------------------------------------- */

/* To --output, or standard output. */
static int write_script(job *j)
{
    gst_output output;
    FILE *script = tmpfile();
    if (!script)
        return temporary_fails();
    int code = gst_output_open(&output, j->settings, NULL);
    if (code == 0) {
        gst_plot_script_write(&j->figure, &j->page, script);
        code = copy(script, &output);
        code = gst_exit_worse(code, gst_output_close(&output, code == 0));
    }
    fclose(script);
    return code;
}

/* NAME.gp beside the picture NAME.pdf. */
static int write_beside(job *j, const char *picture)
{
    const char *ending = strrchr(picture, '.');
    char *name = gst_alloc(strlen(picture) + 4, 1);
    int code = 0;
    if (!name)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    memcpy(name, picture, (size_t)(ending - picture));
    strcat(name, ".gp");
    if (access(name, F_OK) == 0 && !gst_setting_is_on(j->settings, GST_OPTION_FORCE))
        code = gst_report(GST_EXIT_USAGE, "--script: '%.200s' exists: --force replaces it", name);
    FILE *file = code == 0 ? fopen(name, "w") : NULL;
    if (file)
        gst_plot_script_write(&j->figure, &j->page, file);
    if (code == 0 && (!file || ferror(file) | (fclose(file) != 0)))
        code = gst_report(GST_EXIT_RUNTIME, "--script: '%.200s': %s", name, strerror(errno));
    free(name);
    return code;
}

/* ---- pictures ------------------------------------------------------------------------------------ */

/* Drawn by gnuplot; what it prints, of pictures in characters, goes to standard output. */
static int draw(const job *j, const char *output)
{
    gst_plot_page page = j->page;
    FILE *script = tmpfile(), *printed = tmpfile();
    int code = script && printed ? 0 : temporary_fails();
    page.output = output;
    if (code == 0) {
        gst_plot_script_write(&j->figure, &page, script);
        code = gst_plot_gnuplot_run(script, printed);
    }
    if (code == 0 && !output)
        code = print(printed);
    if (script)
        fclose(script);
    if (printed)
        fclose(printed);
    return code;
}

static int draw_file(job *j, const char *path)
{
    gst_file file;
    int code = gst_file_open(&file, j->settings);
    if (code == 0) {
        code = draw(j, file.part ? file.part : path);
        if (code == 0 && file.part)
            code = gst_file_finish(&file, file.part);
        if (code != 0 && file.part)
            unlink(file.part);
    }
    gst_file_close(&file, 0);
    if (code == 0 && gst_setting_is_on(j->settings, GST_OPTION_SCRIPT))
        code = write_beside(j, path);
    return code;
}

static int draw_characters(job *j)
{
    struct winsize window = {0};
    j->page.colours = isatty(STDOUT_FILENO);
    if (!j->page.colours || ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_col < 40 ||
        window.ws_row < 12)
        window = (struct winsize){.ws_col = 79, .ws_row = 25};
    j->page.terminal = GST_PLOT_DUMB;
    j->page.wide = window.ws_col - 1;
    j->page.high = window.ws_row - 2;
    return draw(j, NULL);
}

/* ---- the command --------------------------------------------------------------------------------- */

/* The terminal of --output's ending; 0 or an exit code. */
static int choose_terminal(job *j)
{
    static const struct {
        const char *ending;
        gst_plot_terminal terminal;
    } known[] = {{".pdf", GST_PLOT_PDF},
                 {".png", GST_PLOT_PNG},
                 {".svg", GST_PLOT_SVG},
                 {".gp", GST_PLOT_NONE}};
    const char *output = gst_setting_text(j->settings, GST_OPTION_OUTPUT);
    const char *ending = output ? strrchr(output, '.') : NULL;
    int script = gst_setting_is_on(j->settings, GST_OPTION_SCRIPT);
    j->page.output = output;
    for (size_t i = 0; ending && i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].ending, ending) == 0) {
            j->page.terminal = known[i].terminal;
            return known[i].terminal != GST_PLOT_NONE || script
                       ? 0
                       : gst_setting_refuse(j->settings, GST_OPTION_OUTPUT, NULL,
                                            "is the name of a script: --script writes it");
        }
    return output ? gst_setting_refuse(j->settings, GST_OPTION_OUTPUT, NULL,
                                       "does not end in .pdf, .png or .svg (.gp with --script)")
                  : 0;
}

static int run(job *j)
{
    const char *output = gst_setting_text(j->settings, GST_OPTION_OUTPUT);
    if (output && j->page.terminal != GST_PLOT_NONE)
        return draw_file(j, output);
    if (gst_setting_is_on(j->settings, GST_OPTION_SCRIPT)) {
        j->page.output = NULL;
        return write_script(j);
    }
    return draw_characters(j);
}

int gst_command_plot(const gst_settings *settings)
{
    job j = {.settings = settings};
    size_t count = settings->operands;
    if (count == 0)
        return gst_report(GST_EXIT_USAGE, "plot: no table is named");
    int code = choose_terminal(&j);
    if (code != 0)
        return code;
    gst_plot_table *tables = gst_alloc(count, sizeof *tables);
    if (!tables)
        return gst_report(GST_EXIT_RUNTIME, "not enough memory");
    for (size_t i = 0; i < count && code == 0; i++)
        code = gst_plot_table_read(&tables[i], settings->operand[i]);
    if (code == 0)
        code = gst_plot_figure_build(&j.figure, settings, tables, count);
    if (code == 0)
        code = run(&j);
    gst_plot_figure_clear(&j.figure);
    for (size_t i = 0; i < count; i++)
        gst_plot_table_clear(&tables[i]);
    free(tables);
    return code;
}
