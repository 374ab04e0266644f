/* SPDX-License-Identifier: GPL-3.0-or-later */
/* label_law.c - the law of the residual labels of the first batch (docs/theory, the trained bulk).
 *
 *   1. a mesh of z gives a discrete measure of points yt with E[z|point], E[z z^T|point]; points too light to
 *      matter are dropped;
 *   2. Lanczos in x = yt/sqrt(s^2 + yt^2) with reorthogonalisation: orthonormal polynomials p_k of that
 *      measure and their Jacobi matrix; it ends early where yt takes few values;
 *   3. nodes x_i = eigenvalues; with eigenvectors v,  weight_f[i] = sqrt(w_i) sum_k v_ki E[f p_k];
 *   4. with label noise: the rule of the noiseless yt, times the trapezoid rule of xi, is a discrete measure
 *      again, reduced in the same way. */
#include "models/training/label_law.h"
#include "models/functions/compiled_target.h"
#include "models/functions/expression.h"
#include "integrals/mesh.h"

#include "base/memory.h"

#include <gsl/gsl_eigen.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Points lighter than this times their size are left out. */
#define NEGLIGIBLE 1e-24
/* Lanczos stops when the next polynomial has a norm below this: the measure has no more points. */
#define EXHAUSTED 1e-11
/* Intervals of the trapezoid rule of the noise: its error is exp(-2 pi^2/h^2), h = 24/48. */
#define NOISE_ORDER 48
#define POINTS_MAX ((size_t)2000000)

/* The discrete measure: y, weight, x; E[z_j|point] and E[z_i z_j|point] by rows of length `capacity`. */
typedef struct {
    size_t n, r, capacity;
    double *y, *w, *x, *z, *zz, *block;
} measure;

size_t gst_label_term_one(void)
{
    return 0;
}

size_t gst_label_term_power(size_t k)
{
    return k;
}

size_t gst_label_term_linear(const gst_label_law *law, size_t k, size_t j)
{
    return 7 + (k - 1) * law->r + j;
}

size_t gst_label_term_mean(const gst_label_law *law, size_t j)
{
    return 7 + 3 * law->r + j;
}

size_t gst_label_term_square(const gst_label_law *law, size_t i, size_t j)
{
    size_t low = i < j ? i : j, high = i < j ? j : i;
    return 7 + 4 * law->r + low * law->r - low * (low + 1) / 2 + high;
}

/* ---- the discrete measure ----------------------------------------------------------------------- */

static int measure_alloc(measure *m, size_t n, size_t r)
{
    size_t rows = 3 + r + r * (r + 1) / 2;
    *m = (measure){
        .r = r, .capacity = n, .block = n <= POINTS_MAX ? gst_alloc_doubles(rows * n) : NULL};
    if (!m->block)
        return n <= POINTS_MAX ? GST_NO_MEMORY : GST_FAILED;
    m->y = m->block;
    m->w = m->y + n;
    m->x = m->w + n;
    m->z = m->x + n;
    m->zz = m->z + r * n;
    return GST_OK;
}

static int is_negligible(double w, double y)
{
    double square = y * y;
    return !(fabs(w) * (1.0 + square * square * square) > NEGLIGIBLE);
}

static void fill_from_mesh(measure *m, const gst_mesh *mesh, const double *g, double f0)
{
    for (size_t k = 0; k < mesh->n; k++) {
        if (is_negligible(mesh->w[k], g[k] - f0))
            continue;
        size_t at = m->n++, pair = 0;
        m->y[at] = g[k] - f0;
        m->w[at] = mesh->w[k];
        for (size_t i = 0; i < m->r; i++) {
            m->z[i * m->capacity + at] = mesh->x[i * mesh->n + k];
            for (size_t j = i; j < m->r; j++, pair++)
                m->zz[pair * m->capacity + at] =
                    mesh->x[i * mesh->n + k] * mesh->x[j * mesh->n + k];
        }
    }
}

static int measure_from_target(measure *m, const gst_target *target, double f0, size_t order,
                               int companion)
{
    const gst_expression *expression = gst_target_expression(target);
    gst_mesh mesh;
    int status = gst_label_mesh_build(&mesh, target, order, companion);
    if (status != GST_OK)
        return status;
    double *g = gst_alloc_doubles(mesh.n);
    status = g ? measure_alloc(m, mesh.n, mesh.dim) : GST_NO_MEMORY;
    if (status == GST_OK) {
        gst_expression_evaluate(expression, mesh.n, mesh.x, g, NULL);
        fill_from_mesh(m, &mesh, g, f0);
    }
    free(g);
    gst_mesh_clear(&mesh);
    return status;
}

/* Points y_i + sqrt(noise) xi of a rule of the noiseless labels. */
static void fill_from_law(measure *m, const gst_label_law *law, const gst_mesh *xi, double noise)
{
    for (size_t k = 0; k < law->n; k++) {
        double weight = law->weight[k];
        for (size_t c = 0; c < xi->n; c++) {
            double y = law->y[k] + sqrt(noise) * xi->x[c];
            if (is_negligible(weight * xi->w[c], y))
                continue;
            size_t at = m->n++, pair = 0;
            m->y[at] = y;
            m->w[at] = weight * xi->w[c];
            for (size_t i = 0; i < m->r; i++) {
                size_t term = gst_label_term_mean(law, i);
                m->z[i * m->capacity + at] = law->weight[term * law->n + k] / weight;
                for (size_t j = i; j < m->r; j++, pair++) {
                    term = gst_label_term_square(law, i, j);
                    m->zz[pair * m->capacity + at] = law->weight[term * law->n + k] / weight;
                }
            }
        }
    }
}

static int measure_from_law(measure *m, const gst_label_law *law, double noise, int companion)
{
    gst_kinks smooth = {.dim = 1};
    gst_mesh xi;
    int status = gst_mesh_build(&xi, &smooth, 0, 1, NULL, NOISE_ORDER, companion);
    if (status != GST_OK)
        return status;
    status = measure_alloc(m, law->n * xi.n, law->r);
    if (status == GST_OK)
        fill_from_law(m, law, &xi, noise);
    gst_mesh_clear(&xi);
    return status;
}

static int set_moments(gst_label_law *law, const measure *m)
{
    memset(law->moment, 0, sizeof law->moment);
    memset(law->linear, 0, sizeof law->linear);
    for (size_t k = 0; k < m->n; k++) {
        double power = m->w[k];
        for (size_t e = 0; e < GST_LABEL_MOMENTS; e++, power *= m->y[k]) {
            law->moment[e] += power;
            for (size_t j = 0; e >= 1 && e <= 3 && j < m->r; j++)
                law->linear[(e - 1) * m->r + j] += power * m->z[j * m->capacity + k];
        }
    }
    return isfinite(law->moment[GST_LABEL_MOMENTS - 1]) && law->moment[2] > 0.0 ? GST_OK
                                                                                : GST_FAILED;
}

/* ---- Lanczos ------------------------------------------------------------------------------------ */

static double product(size_t n, const double *a, const double *b)
{
    double sum = 0.0;
#pragma omp simd reduction(+ : sum)
    for (size_t k = 0; k < n; k++)
        sum += a[k] * b[k];
    return sum;
}

/* Orthonormal polynomials times the root of the weight, p[k*n + point], and the Jacobi matrix (alpha, beta);
 * returns their number. */
static size_t lanczos(const measure *m, size_t most, double *p, double *alpha, double *beta)
{
    size_t n = m->n;
    for (size_t k = 0; k < n; k++)
        p[k] = sqrt(m->w[k]);
    for (size_t d = 0; d < most; d++) {
        double *now = p + d * n, norm = sqrt(product(n, now, now));
        if (d > 0)
            beta[d - 1] = norm;
        if (!(norm > EXHAUSTED))
            return d;
        for (size_t k = 0; k < n; k++)
            now[k] /= norm;
        double *next = now + n;
        for (size_t k = 0; k < n; k++)
            next[k] = m->x[k] * now[k];
        alpha[d] = product(n, now, next);
        for (int pass = 0; pass < 2; pass++) {
            for (size_t e = d + 1; e-- > 0;) {
                const double *row = p + e * n;
                double share = product(n, row, next);
                for (size_t k = 0; k < n; k++)
                    next[k] -= share * row[k];
            }
        }
    }
    return most;
}

/* E[f p_d] for every term f into projection[f*count + d]. */
static void project(const gst_label_law *law, const measure *m, size_t count, const double *p,
                    double *projection)
{
    size_t r = law->r, pairs = r * (r + 1) / 2;
    for (size_t d = 0; d < count; d++) {
        const double *row = p + d * m->n;
        double *out = projection + d;
        for (size_t k = 0; k < m->n; k++) {
            double base = sqrt(m->w[k]) * row[k], y = m->y[k], power = base;
            out[gst_label_term_one() * count] += base;
            for (size_t j = 0; j < r; j++)
                out[gst_label_term_mean(law, j) * count] += base * m->z[j * m->capacity + k];
            for (size_t e = 1; e <= 6; e++) {
                power *= y;
                out[gst_label_term_power(e) * count] += power;
                for (size_t j = 0; e <= 3 && j < r; j++)
                    out[gst_label_term_linear(law, e, j) * count] +=
                        power * m->z[j * m->capacity + k];
            }
            for (size_t pair = 0; pair < pairs; pair++)
                out[(gst_label_term_square(law, 0, 0) + pair) * count] +=
                    base * m->zz[pair * m->capacity + k];
        }
    }
}

/* Nodes and weights from the Jacobi matrix and the projections. */
static int set_rule(gst_label_law *law, size_t count, const double *alpha, const double *beta,
                    const double *projection, double scale)
{
    gsl_matrix *jacobi = gsl_matrix_calloc(count, count), *vectors = gsl_matrix_alloc(count, count);
    gsl_vector *values = gsl_vector_alloc(count);
    gsl_eigen_symmv_workspace *workspace = gsl_eigen_symmv_alloc(count);
    int status = jacobi && vectors && values && workspace ? GST_OK : GST_NO_MEMORY;
    if (status == GST_OK) {
        for (size_t d = 0; d < count; d++) {
            gsl_matrix_set(jacobi, d, d, alpha[d]);
            if (d > 0) {
                gsl_matrix_set(jacobi, d, d - 1, beta[d - 1]);
                gsl_matrix_set(jacobi, d - 1, d, beta[d - 1]);
            }
        }
        if (gsl_eigen_symmv(jacobi, values, vectors, workspace))
            status = GST_FAILED;
    }
    for (size_t i = 0; status == GST_OK && i < count; i++) {
        double x = gsl_vector_get(values, i),
               root = gsl_matrix_get(vectors, 0, i) * sqrt(law->moment[0]);
        law->y[i] = scale * x / sqrt((1.0 - x) * (1.0 + x));
        for (size_t f = 0; f < law->terms; f++) {
            double sum = 0.0;
            for (size_t d = 0; d < count; d++)
                sum += gsl_matrix_get(vectors, d, i) * projection[f * count + d];
            law->weight[f * count + i] = root * sum;
        }
    }
    gsl_matrix_free(jacobi);
    gsl_matrix_free(vectors);
    gsl_vector_free(values);
    gsl_eigen_symmv_free(workspace);
    return status;
}

static int reduce(gst_label_law *law, const measure *m, size_t nodes)
{
    size_t most = nodes < m->n ? nodes : m->n;
    double *p = gst_alloc_doubles((most + 1) * m->n), *alpha = gst_alloc_doubles(2 * most);
    double *projection = gst_alloc_doubles(law->terms * most);
    int status = p && alpha && projection ? GST_OK : GST_NO_MEMORY;
    if (status == GST_OK) {
        law->n = lanczos(m, most, p, alpha, alpha + most);
        law->block = gst_alloc_doubles((1 + law->terms) * law->n);
        status = law->block ? GST_OK : GST_NO_MEMORY;
    }
    if (status == GST_OK) {
        law->y = law->block;
        law->weight = law->y + law->n;
        project(law, m, law->n, p, projection);
        status = set_rule(law, law->n, alpha, alpha + most, projection, sqrt(law->moment[2]));
    }
    free(p);
    free(alpha);
    free(projection);
    return status;
}

/* The rule of a discrete measure, which is cleared. */
static int law_from_measure(gst_label_law **law, measure *m, size_t nodes)
{
    gst_label_law *made = *law = gst_alloc(1, sizeof *made);
    int status = made ? GST_OK : GST_NO_MEMORY;
    if (status == GST_OK) {
        made->r = m->r;
        made->terms = 7 + 4 * m->r + m->r * (m->r + 1) / 2;
        status = set_moments(made, m);
    }
    if (status == GST_OK) {
        for (size_t k = 0; k < m->n; k++)
            m->x[k] = m->y[k] / sqrt(made->moment[2] + m->y[k] * m->y[k]);
        status = reduce(made, m, nodes);
    }
    free(m->block);
    if (status != GST_OK) {
        gst_label_law_free(made);
        *law = NULL;
    }
    return status;
}

int gst_label_law_build(gst_label_law **law, const gst_target *target, double f0, double noise,
                        size_t order, size_t nodes, int companion)
{
    measure m;
    gst_label_law *noiseless;
    *law = NULL;
    int status = measure_from_target(&m, target, f0, order, companion);
    if (status == GST_OK)
        status = law_from_measure(&noiseless, &m, nodes);
    if (status != GST_OK || !(noise > 0.0)) {
        *law = status == GST_OK ? noiseless : NULL;
        return status;
    }
    status = measure_from_law(&m, noiseless, noise, companion);
    gst_label_law_free(noiseless);
    return status == GST_OK ? law_from_measure(law, &m, nodes) : status;
}

void gst_label_law_free(gst_label_law *law)
{
    if (!law)
        return;
    free(law->block);
    free(law);
}
