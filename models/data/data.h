/* SPDX-License-Identifier: GPL-3.0-or-later */
/* data.h - the law of the inputs x in R^d, and of the few projections of x that theory sees.
 *
 * A law is one file and one row of GST_DATA_LIST.  z = W* x and the projections kappa of x on the spikes are its
 * latent variables. */
#ifndef GST_DATA_H
#define GST_DATA_H

#include "integrals/mesh.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gst_data gst_data;
struct gst_data {
    const char *name;
    /* A mesh of `variables` latent variables, the arguments as of gst_mesh_build with first = 0: a sum over it is an
     * expectation. */
    int (*nodes)(gst_mesh *mesh, const gst_kinks *kinks, size_t variables, size_t order,
                 int companion);
    /* On entry x[i*d + j], `rows` rows, is standard normal; on return the inputs. */
    void (*draw)(size_t rows, size_t d, double *x);
};

/* All laws, a row each, the one that NULL stands for first; gst_data_NAME is defined in models/data/NAME.c.
 *   gaussian   x ~ N(0, I_d): latent variables are N(0, I) */
#define GST_DATA_LIST(X) X(gaussian)

#define GST_DECLARE_DATA(name) extern const gst_data gst_data_##name;
GST_DATA_LIST(GST_DECLARE_DATA)
#undef GST_DECLARE_DATA

/* The law itself, or what NULL stands for. */
const gst_data *gst_data_of(const gst_data *data);

/* The law of that name, NULL if there is none. */
const gst_data *gst_data_find(const char *name);

#ifdef __cplusplus
}
#endif

#endif
