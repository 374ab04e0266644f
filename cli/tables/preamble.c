/* SPDX-License-Identifier: GPL-3.0-or-later */
/* preamble.c - what a table says about itself. */
#include "cli/tables/preamble.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/process/farm.h"
#include "giantstep/giantstep.h"
#include "base/memory.h"
#include "cli/options/covariance_options.h"
#include "cli/options/mixture_options.h"
#include "cli/options/schedule.h"
#include "cli/options/search_ranges.h"
#include "cli/options/separability_options.h"
#include "cli/process/version.h"

/* With --spike there is no training, and the second layer gives only weights, equal if not given; --schedule lists its
 * own steps; the bounds of one step have no readout. */
static int is_overruled(const gst_settings *settings, gst_option_id id)
{
    if (gst_schedule_replaces(settings, id) || gst_separability_misses(settings, id) ||
        (id == GST_OPTION_TARGET && gst_mixture_has_labels(settings)))
        return 1;
    if (!gst_setting_text(settings, GST_OPTION_SPIKE) || gst_setting_is_given(settings, id))
        return 0;
    return id == GST_OPTION_ETA || id == GST_OPTION_ALPHA0 || id == GST_OPTION_STEPS ||
           id == GST_OPTION_SECOND_LAYER;
}

int gst_preamble_has(const gst_settings *settings, gst_option_id id)
{
    return gst_option_table[id].role == GST_ROLE_PARAMETER &&
           gst_command_takes(settings->command, id) && gst_setting_text(settings, id) &&
           !is_overruled(settings, id);
}

void gst_preamble_write(gst_table *table, const gst_settings *settings)
{
    gst_table_meta(table, "giantstep.version", GST_VERSION);
    gst_table_meta(table, "giantstep.git", gst_version_git());
    gst_table_meta(table, "giantstep.command", settings->command->name);
    for (size_t i = 0; i < GST_OPTIONS; i++) {
        gst_option_id id = (gst_option_id)i;
        const char *searched = gst_optimise_default(settings, id);
        if (gst_preamble_has(settings, id))
            gst_table_meta(table, gst_option_table[id].name,
                           searched ? searched : gst_setting_text(settings, id));
    }
    if (gst_covariance_options_scaling(settings))
        gst_table_meta(table, "covariance.scaling", gst_covariance_options_scaling(settings));
    gst_table_meta(table, "library.gsl", gst_version_gsl());
    gst_table_meta(table, "library.cubature", gst_version_cubature());
    gst_table_meta(table, "library.openblas", gst_version_openblas());
}

static int is_plain(const char *word)
{
    for (; *word != '\0'; word++)
        if (!isalnum((unsigned char)*word) && !strchr("-_=.,:+/@%^", *word))
            return 0;
    return 1;
}

/* A word as a shell would read it again; control characters, which a line cannot hold, become '?'.
 * Returns the end of what was written: at most 4 characters per character, and 3 more. */
static char *write_word(char *out, const char *word)
{
    int plain = *word != '\0' && is_plain(word);
    if (!plain)
        *out++ = '\'';
    for (; *word != '\0'; word++) {
        if (*word == '\'') {
            memcpy(out, "'\\'", 3);
            out += 3;
        }
        *out++ = iscntrl((unsigned char)*word) ? '?' : *word;
    }
    if (!plain)
        *out++ = '\'';
    return out;
}

static char *command_line(const gst_settings *settings)
{
    size_t length = sizeof "giantstep";
    for (int i = 1; i < settings->argc; i++)
        length += 4 * strlen(settings->argv[i]) + 3;
    char *text = gst_alloc(length, 1);
    if (!text)
        return NULL;
    strcpy(text, "giantstep");
    char *end = text + strlen(text);
    for (int i = 1; i < settings->argc; i++) {
        *end++ = ' ';
        end = write_word(end, settings->argv[i]);
    }
    return text;
}

void gst_preamble_write_run(gst_table *table, const gst_settings *settings, size_t threads)
{
    char number[32], host[256] = "unknown", date[32] = "unknown";
    char *command = command_line(settings);
    time_t now = time(NULL);
    struct tm utc;
    snprintf(number, sizeof number, "%zu", threads);
    if (gethostname(host, sizeof host) != 0)
        strcpy(host, "unknown");
    host[sizeof host - 1] = '\0';
    if (gmtime_r(&now, &utc))
        strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", &utc);
    gst_table_meta(table, "run.command", command ? command : "unknown");
    gst_table_meta(table, "run.threads", number);
    gst_table_meta(table, "run.host", host);
    gst_table_meta(table, "run.date", date);
    free(command);
}

void gst_preamble_write_job(gst_table *table, const gst_settings *settings, size_t threads,
                            const char *blas_threads, size_t rows)
{
    const char *shard = gst_setting_text(settings, GST_OPTION_SHARD);
    char number[32];
    gst_preamble_write_run(table, settings, threads);
    if (blas_threads)
        gst_table_meta(table, "run.blas_threads", blas_threads);
    if (gst_farm_size() > 1) {
        snprintf(number, sizeof number, "%d", gst_farm_size());
        gst_table_meta(table, "run.processes", number);
    }
    if (shard) {
        snprintf(number, sizeof number, "%zu", rows);
        gst_table_meta(table, "run.shard", shard);
        gst_table_meta(table, "run.rows", number);
    }
}
