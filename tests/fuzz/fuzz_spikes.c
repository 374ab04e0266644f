/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_spikes.c - three lines, the texts of --spike, --overlap and --bulk-variance (a line `-`: not given), for a
 * target of one or of two variables. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "giantstep/given_spikes.h"

static const char *given(const char *line)
{
    return strcmp(line, "-") == 0 ? NULL : line;
}

static void parse(size_t r, char *const line[3])
{
    gst_spikes spikes = {0};
    gst_message message = {""};
    int status = gst_spikes_parse(&spikes, r, line[0], given(line[1]), given(line[2]), &message);
    fuzz_check(status >= 0 || message.text[0] != '\0', "a refusal has a message");
    for (size_t i = 0; status >= 0 && i < spikes.m * spikes.K; i++)
        fuzz_check(isfinite(spikes.U[i]), "spikes are finite");
    for (size_t g = 0; status >= 0 && g < spikes.K; g++)
        fuzz_check(spikes.c[g] > 0, "variances are positive");
    gst_spikes_clear(&spikes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *line[3], *text = fuzz_text(data, size);
    size_t count = fuzz_lines(text, 3, line);
    for (size_t r = 1; r <= 2 && count == 3; r++)
        parse(r, line);
    free(text);
    return 0;
}
