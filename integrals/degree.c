/* SPDX-License-Identifier: GPL-3.0-or-later */
/* degree.c - what is known of functions along one variable. */
#include "integrals/integrand.h"

static unsigned degree_along(const gst_kinks *kinks, size_t c, size_t j)
{
    return kinks->degree && j < CHAR_BIT * sizeof(unsigned)
               ? kinks->degree(c, 1u << j, kinks->params)
               : GST_NO_POLYNOMIAL;
}

int gst_kinks_are_affine(const gst_kinks *kinks, size_t j)
{
    for (size_t c = 0; c < kinks->count; c++)
        if (degree_along(kinks, c, j) > 1)
            return 0;
    return 1;
}

unsigned gst_integrand_degree(const gst_kinks *kinks, size_t j)
{
    if (kinks->power_g == 0)
        return GST_NO_POLYNOMIAL;
    for (size_t c = 0; c < kinks->count; c++)
        if (degree_along(kinks, c, j) > 0)
            return GST_NO_POLYNOMIAL;
    unsigned degree = degree_along(kinks, kinks->count, j);
    return degree < GST_NO_POLYNOMIAL / kinks->power_g - kinks->power_x
               ? kinks->power_g * degree + kinks->power_x
               : GST_NO_POLYNOMIAL;
}
