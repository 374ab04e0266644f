/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_activation.c - any text is compiled as an activation or refused with a message. */
#include <stdlib.h>

#include "giantstep/activation.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gst_activation *sigma = NULL;
    gst_message message = {""};
    char *text = fuzz_text(data, size);
    int status = gst_activation_compile(&sigma, text, &message);
    fuzz_check(status >= 0 || message.text[0] != '\0', "a refusal has a message");
    fuzz_check((status >= 0) == (sigma != NULL), "an activation or a failure");
    gst_activation_free(sigma);
    free(text);
    return 0;
}
