/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gaussian.c - inputs x ~ N(0, I_d). */
#include "models/data/data.h"
#include "integrals/mesh.h"

static int nodes(gst_mesh *mesh, const gst_kinks *kinks, size_t variables, size_t order,
                 int companion)
{
    return gst_mesh_build(mesh, kinks, 0, variables, NULL, order, companion);
}

/* Standard normal numbers are what it takes. */
static void draw(size_t rows, size_t d, double *x)
{
    (void)rows;
    (void)d;
    (void)x;
}

const gst_data gst_data_gaussian = {.name = "gaussian", .nodes = nodes, .draw = draw};
