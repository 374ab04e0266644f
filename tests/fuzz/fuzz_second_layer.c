/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_second_layer.c - any text is a second layer, with weights that add up to 1, or refused with a message. */
#include <math.h>
#include <stdlib.h>

#include "tests/fuzz/fuzz.h"
#include "giantstep/second_layer.h"

static void check(const gst_second_layer *layer)
{
    double sum = 0;
    for (size_t g = 0; g < layer->K; g++) {
        fuzz_check(isfinite(layer->A[g]), "weights of the second layer are finite");
        fuzz_check(layer->pi[g] >= 0 && layer->pi[g] <= 1, "fractions are in [0, 1]");
        sum += layer->pi[g];
    }
    fuzz_check(fabs(sum - 1) < 1e-12, "fractions add up to 1");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gst_second_layer layer = {0};
    gst_message message = {""};
    char *text = fuzz_text(data, size);
    int status = gst_second_layer_parse(&layer, text, &message);
    fuzz_check(status >= 0 || message.text[0] != '\0', "a refusal has a message");
    if (status >= 0)
        check(&layer);
    gst_second_layer_clear(&layer);
    free(text);
    return 0;
}
