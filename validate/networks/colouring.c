/* SPDX-License-Identifier: GPL-3.0-or-later */
/* colouring.c - inputs of any covariance for networks of finite size (docs/theory, inputs of any covariance).
 *
 *   1. eigenvalues and the teacher's energies T_k in d dimensions (models/data/covariance.h);
 *   2. w*(k) = root_k h(k), root_k root_k^T = T_k, h the signs of the Walsh functions of period 4, which are orthogonal over
 *      any four neighbours: w* then has the energies asked for in every part of the spectrum;
 *   3. Gram and Schmidt make them orthonormal to rounding, reflections take them to the axes. */
#include "validate/networks/colouring.h"
#include "giantstep/target.h"
#include "giantstep/problem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/linear.h"
#include "base/memory.h"
#include "models/data/covariance.h"
#include "validate/networks/blas.h"

/* Directions shorter than this, of length one before what they share with others is taken away, are none. */
#define DEPENDENT 0.1

/* ---- the directions of the target --------------------------------------------------------------- */

static int place_directions(gst_colouring *c, const double *energy)
{
    static const double walsh[4][4] = {
        {1, 1, 1, 1}, {1, -1, 1, -1}, {1, 1, -1, -1}, {1, -1, -1, 1}};
    double root[GST_TARGET_DIM_MAX * GST_TARGET_DIM_MAX];
    for (size_t k = 0; k < c->d; k++) {
        if (gst_symmetric_root(c->r, energy + k * c->r * c->r, 1e-9, root) != GST_OK)
            return GST_FAILED;
        for (size_t j = 0; j < c->r; j++) {
            double sum = 0;
            for (size_t i = 0; i < c->r; i++)
                sum += root[j * c->r + i] * walsh[i][k % 4];
            c->target[j * c->d + k] = sum;
        }
    }
    return GST_OK;
}

static void subtract(size_t n, double factor, const double *from, double *x)
{
    for (size_t k = 0; k < n; k++)
        x[k] -= factor * from[k];
}

static int make_orthonormal(gst_colouring *c)
{
    for (size_t j = 0; j < c->r; j++) {
        double *w = c->target + j * c->d;
        for (int again = 0; again < 2; again++) {
            for (size_t i = 0; i < j; i++)
                subtract(c->d, gst_dense_dot(c->d, w, c->target + i * c->d), c->target + i * c->d,
                         w);
            double length = sqrt(gst_dense_dot(c->d, w, w));
            if (!(length > DEPENDENT))
                return GST_INVALID;
            for (size_t k = 0; k < c->d; k++)
                w[k] /= length;
        }
    }
    return GST_OK;
}

/* ---- the rotation ------------------------------------------------------------------------------- */

/* x <- x - u (u.x), |u|^2 = 2. */
static void reflect(size_t d, const double *u, double *x)
{
    subtract(d, gst_dense_dot(d, u, x), u, x);
}

void gst_colouring_turn(const gst_colouring *c, double *x)
{
    for (size_t j = 0; j < c->r; j++)
        reflect(c->d, c->reflect + j * c->d, x);
}

void gst_colouring_turn_back(const gst_colouring *c, double *x)
{
    for (size_t j = c->r; j-- > 0;)
        reflect(c->d, c->reflect + j * c->d, x);
}

/* u_j takes H_{j-1} .. H_0 w*_j, whose first j components are zero, to axis j. */
static void set_rotation(gst_colouring *c)
{
    for (size_t j = 0; j < c->r; j++) {
        double *u = c->reflect + j * c->d;
        memcpy(u, c->target + j * c->d, c->d * sizeof *u);
        for (size_t i = 0; i < j; i++)
            reflect(c->d, c->reflect + i * c->d, u);
        u[j] -= 1;
        double square = gst_dense_dot(c->d, u, u);
        for (size_t k = 0; k < c->d; k++)
            u[k] *= square > 0 ? sqrt(2 / square) : 0;
    }
}

/* ---- life --------------------------------------------------------------------------------------- */

int gst_colouring_alloc(gst_colouring **colouring, const gst_problem *problem, size_t d)
{
    const gst_covariance *covariance = gst_data_of(problem->data)->covariance;
    size_t r = gst_target_dim(problem->target);
    *colouring = NULL;
    if (!covariance)
        return GST_OK;
    gst_colouring *c = gst_alloc(1, sizeof *c);
    double *energy = gst_alloc_doubles(d * r * r);
    if (c)
        *c = (gst_colouring){.d = d,
                             .r = r,
                             .omega = gst_alloc_doubles(d),
                             .target = gst_alloc_doubles(r * d),
                             .reflect = gst_alloc_doubles(r * d)};
    int status = c && energy && c->omega && c->target && c->reflect ? GST_OK : GST_NO_MEMORY;
    if (status == GST_OK) {
        gst_covariance_realise(covariance, d, r, c->omega, energy);
        status = place_directions(c, energy);
    }
    if (status == GST_OK)
        status = make_orthonormal(c);
    if (status == GST_OK)
        set_rotation(c);
    free(energy);
    if (status != GST_OK) {
        gst_colouring_free(c);
        return status;
    }
    *colouring = c;
    return GST_OK;
}

void gst_colouring_free(gst_colouring *c)
{
    if (!c)
        return;
    free(c->omega);
    free(c->target);
    free(c->reflect);
    free(c);
}

/* ---- rows --------------------------------------------------------------------------------------- */

void gst_colouring_row(const gst_colouring *c, double *w)
{
    for (size_t k = 0; k < c->d; k++)
        w[k] *= sqrt(c->omega[k]);
    gst_colouring_turn(c, w);
}

void gst_colouring_gradient(const gst_colouring *c, double *gradient)
{
    gst_colouring_turn_back(c, gradient);
    for (size_t k = 0; k < c->d; k++)
        gradient[k] *= c->omega[k];
    gst_colouring_turn(c, gradient);
}
