/* SPDX-License-Identifier: GPL-3.0-or-later */
/* srf_rows.h - rows drawn from the spiked random-features law (theory 2). */
#ifndef GST_SRF_ROWS_H
#define GST_SRF_ROWS_H

#include <stddef.h>

#include "validate/networks/first_layer.h"

typedef struct gst_features gst_features;

/* Rows w_i = sum_l U[g][l] v_l + f_i: (f.v_1.., f.s_1.., |f|^2 - c_g) has covariance C_g/d, the rest of f
 * is uniform in direction.  The special directions are the first m+q axes; network->read is set
 * accordingly.  GST_OK, GST_FAILED (no such rows at this d: a component longer than the row, or C_g not
 * positive), GST_INVALID (d < m + q + 2). */
int gst_srf_rows(gst_first_layer *network, const gst_features *features, gst_message *message);

#endif
