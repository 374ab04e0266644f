/* SPDX-License-Identifier: GPL-3.0-or-later */
/* label_averages.c - the forms of label_averages.h for real numbers. */
#include "solver/bulk/label_averages.h"

#include <math.h>
#include <string.h>

#define SCALAR double
#define SIZE(x) fabs(x)
#include "base/dense.inc"
#include "solver/bulk/label_averages.inc"
#include "solver/bulk/special_directions.inc"

size_t gst_exact_workspace(const gst_exact_forms *forms)
{
    size_t n = forms->nb, m = n * forms->r, terms = forms->batch->law->terms;
    return (terms + 12) * n * n + 5 * m * m + 16 * n * m;
}
