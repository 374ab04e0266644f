/* SPDX-License-Identifier: GPL-3.0-or-later */
/* solution.c - memory of the order parameters. */
#include "giantstep/solution.h"

#include "base/arena.h"
#include "base/memory.h"
#include "giantstep/status.h"

#include <stdlib.h>

int gst_solution_alloc(gst_solution **solution, size_t K, size_t m, size_t q)
{
    gst_solution *made = gst_alloc(1, sizeof *made);
    gst_arena memory = {0};
    *solution = NULL;
    if (!made)
        return GST_NO_MEMORY;
    *made = (gst_solution){.K = K, .m = m, .q = q};
    const gst_array arrays[] = {GST_MATRIX(made->V1, K, K),  GST_VECTOR(made->V2, K),
                                GST_VECTOR(made->mean, K),   GST_MATRIX(made->theta, K, m),
                                GST_MATRIX(made->psi, K, q), GST_VECTOR(made->eps, K),
                                GST_MATRIX(made->Q, K, K),   GST_VECTOR(made->q2, K)};
    if (gst_arena_take(&memory, sizeof arrays / sizeof *arrays, arrays) != GST_OK) {
        free(made);
        return GST_NO_MEMORY;
    }
    made->memory = memory.block;
    *solution = made;
    return GST_OK;
}

void gst_solution_free(gst_solution *solution)
{
    if (!solution)
        return;
    gst_arena memory = {.block = solution->memory};
    gst_arena_free(&memory);
    free(solution);
}
