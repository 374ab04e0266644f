/* SPDX-License-Identifier: GPL-3.0-or-later */
/* legendre.c - Gauss-Legendre rules, from GSL's tables and iterations. */
#include <gsl/gsl_integration.h>

#include "integrals/partition.h"

int gst_rule_legendre(size_t n, double *x, double *w)
{
    if (n == 0)
        return GST_INVALID;
    gsl_integration_glfixed_table *rule = gsl_integration_glfixed_table_alloc(n);
    if (!rule)
        return GST_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        gsl_integration_glfixed_point(-1, 1, i, &x[i], &w[i], rule);
    gsl_integration_glfixed_table_free(rule);
    return GST_OK;
}
