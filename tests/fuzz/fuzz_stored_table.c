/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_stored_table.c - any file as the one shard of a merge: a table, or a refusal. */
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "cli/commands/run.h"

/* The command of parts that are whole is not looked at here. */
static int run_parts(const gst_settings *settings)
{
    (void)settings;
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char program[] = "giantstep", name[] = "merge", option[] = "--output", null[] = "/dev/null",
         path[64];
    char *argv[] = {program, name, strcpy(path, fuzz_file(data, size)), option, null, NULL};
    const gst_command *command = gst_command_find(name);
    gst_settings settings;
    int code = gst_settings_read(&settings, command, 5, argv);
    fuzz_check(code == 0, "the command line is read");
    settings.run = run_parts;
    code = gst_command_merge(&settings);
    fuzz_check(code >= 0 && code <= 3, "exit codes of a merge");
    gst_settings_clear(&settings);
    return 0;
}
