/* SPDX-License-Identifier: GPL-3.0-or-later */
/* data.h - the law of the inputs x in R^d, and of the few projections of x that theory sees.
 *
 * A law is one file and one row of gst_data_laws.  z = W* x and the projections kappa of x on the spikes are its
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

/* x ~ N(0, I_d): latent variables are N(0, I). */
extern const gst_data gst_data_gaussian;

/* All laws, and the one that NULL stands for. */
enum { GST_DATA_LAWS = 1 };
extern const gst_data *const gst_data_laws[GST_DATA_LAWS];
const gst_data *gst_data_of(const gst_data *data);

#ifdef __cplusplus
}
#endif

#endif
