/* SPDX-License-Identifier: GPL-3.0-or-later */
/* replay.c - give the files named on the command line to a fuzz target, without libFuzzer. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/fuzz/fuzz.h"

static int replay(const char *name)
{
    static uint8_t data[1 << 20];
    FILE *file = fopen(name, "rb");
    if (!file)
        return 1;
    size_t size = fread(data, 1, sizeof data, file);
    fclose(file);
    printf("%s\n", name);
    fflush(stdout);
    return LLVMFuzzerTestOneInput(data, size);
}

int main(int argc, char **argv)
{
    int failed =
        argc < 2 || LLVMFuzzerInitialize(&argc, &argv) != 0 || !freopen("/dev/null", "w", stderr);
    for (int i = 1; i < argc && !failed; i++)
        failed = replay(argv[i]);
    return failed;
}
