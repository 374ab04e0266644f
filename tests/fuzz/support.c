/* SPDX-License-Identifier: GPL-3.0-or-later */
/* support.c - what the fuzz targets share. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gsl/gsl_errno.h>

#include "tests/fuzz/fuzz.h"

static char path[] = "/tmp/giantstep-fuzz-XXXXXX";
static int file = -1;

static void remove_file(void)
{
    if (file >= 0)
        unlink(path);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    gsl_set_error_handler_off();
    return 0;
}

void fuzz_check(int promise, const char *what)
{
    if (promise)
        return;
    printf("broken promise: %s\n", what);
    fflush(stdout);
    abort();
}

char *fuzz_text(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    if (!text)
        exit(1);
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    return text;
}

size_t fuzz_lines(char *text, size_t most, char **line)
{
    size_t count = 0;
    while (text && count < most) {
        char *end = strchr(text, '\n');
        line[count++] = text;
        if (end)
            *end++ = '\0';
        text = end;
    }
    return count;
}

const char *fuzz_file(const uint8_t *data, size_t size)
{
    if (file < 0) {
        file = mkstemp(path);
        atexit(remove_file);
    }
    if (file < 0 || ftruncate(file, 0) != 0 || pwrite(file, data, size, 0) != (ssize_t)size)
        exit(1);
    return path;
}
