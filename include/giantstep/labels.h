/* SPDX-License-Identifier: GPL-3.0-or-later */
/* labels.h - what the network is taught, in its steps and in its readout (theory 1). */
#ifndef GST_LABELS_H
#define GST_LABELS_H

/* With n ~ N(0, 1): y = g(z) + sqrt(Delta) n, or the sign of it, +1 or -1. */
typedef enum { GST_LABELS_REAL, GST_LABELS_SIGN } gst_labels;

#endif
