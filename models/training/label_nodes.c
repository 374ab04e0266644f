/* SPDX-License-Identifier: GPL-3.0-or-later */
/* label_nodes.c - the mesh of the target's variables from which the law of the labels is made. */
#include "models/training/label_law.h"
#include "models/functions/compiled_target.h"
#include "models/functions/expression.h"
#include "integrals/mesh.h"

#include "base/memory.h"
#include "models/functions/target_panels.h"

#include <math.h>
#include <stdlib.h>

/* Panels of g, cut so that together they have at least `order` nodes. */
static int mesh_of_line(gst_mesh *mesh, const gst_expression *g, size_t order, int companion)
{
    gst_partition *p;
    int quality = gst_target_panels(&p, g, companion);
    if (quality < 0)
        return quality;
    double longest = 2.0 * GST_GAUSSIAN_BOX * GST_PARTITION_POINTS / (double)order;
    size_t panels = 0;
    for (size_t i = 0; i < p->panels; i++)
        panels += (size_t)ceil((p->ends[i + 1] - p->ends[i]) / longest);
    double *ends = gst_alloc_doubles(panels + 1), *at = ends;
    int status = ends ? GST_OK : GST_NO_MEMORY;
    for (size_t i = 0; status == GST_OK && i < p->panels; i++) {
        double low = p->ends[i], length = p->ends[i + 1] - low, parts = ceil(length / longest);
        for (double k = 0.0; k < parts; k++)
            *at++ = low + length * (k / parts);
    }
    if (status == GST_OK) {
        *at = p->ends[p->panels];
        status = gst_mesh_of_panels(mesh, panels, ends, GST_PARTITION_POINTS);
    }
    free(ends);
    gst_partition_free(p);
    return status;
}

/* Panels only where the trapezoid rule does not see g: where it does, it sees poles of averages and the density of
 * the noise twice as far from the axis. */
int gst_label_mesh_build(gst_mesh *mesh, const gst_target *target, size_t order, int companion)
{
    const gst_expression *g = gst_target_expression(target);
    gst_kinks kinks = gst_expression_kinks(g);
    if (kinks.dim == 1 && gst_order_that_sees(gst_target_finest_panel(target)) > (double)order)
        return mesh_of_line(mesh, g, order, companion);
    return gst_mesh_build(mesh, &kinks, 0, kinks.dim, NULL, order, companion);
}
