/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_exact_original.c - the exact bulk put back into its equations as first derived (docs/theory, 7.4): with
 * V1h^{-1} and 2K x 2K label matrices Y(y), where the program uses inverse-free forms scaled by sqrt(Th), and with
 * direct sums over a mesh of z and of the label noise, where it uses one Gauss rule of the residual.
 *
 *   Y = [[Th (2by + wy^2), sqrt(Th) by], [sqrt(Th) by, 0]],  B0 = blockdiag(V1h^{-1} + Th, -I)
 *   G = (B0 + E[Y Ky])^{-1},  Ky = (I + phi G Y)^{-1},  Gt its top left corner
 *   V2_g = pi_g/(D_g + (1 - (V1h^{-1} Gt)_gg)/Th_g),  V1 = (V1h^{-1} - V1h^{-1} Gt V1h^{-1})/beta
 *   Gs = (I (x) B0 + E[zz^T (x) Y Ky])^{-1},  L_k = E[y^k z^T (x) Ky]
 *   <w_i, w_j> = Gs_ij,  <v_k, w_j> = (L_k Gs)_j,  <v_k, v_l> = phi E[y^{k+l} Ky G] + L_k Gs L_l^T */
#include <stdlib.h>
#include <string.h>

#include "models/functions/activation_moments.h"
#include "solver/bulk/one_batch.h"
#include "tests/matrix.h"
#include "tests/network.h"

enum { MOST = MATRIX_MOST, GROUPS = 3, VECTORS = 5 };

/* ---- cases -------------------------------------------------------------------------------------- */

static double sine(const double *z)
{
    return sin(z[0]);
}

static double bent(const double *z)
{
    return sin(z[0]) + 0.2 * z[0] * z[0];
}

static double pair(const double *z)
{
    return sin(z[0] + 0.3) + 0.5 * tanh(z[0]) * z[1];
}

static const struct {
    const char *options;
    double (*target)(const double *z);
    size_t r;
} cases[] = {
    {"--activation tanh --target sin(z) --eta 2.3 --alpha0 0.83 --noise 0.11", sine, 1},
    {"--activation tanh(z+0.5) --target sin(z)+0.2*z^2 --eta 2.1 --alpha0 0.41", bent, 1},
    {"--activation tanh(z+0.5) --target sin(z)+0.2*z^2 --second-layer 1:0.3,-0.7:0.5,0.4:0.2 "
     "--eta 2.6 --alpha0 1.3 --noise 0.2",
     bent, 1},
    {"--activation tanh --target sin(z1+0.3)+0.5*tanh(z1)*z2 --second-layer 1:0.3,-0.7:0.7 --eta 2 "
     "--alpha0 0.7",
     pair, 2},
    {"--activation tanh(z-0.4) --target sin(z1+0.3)+0.5*tanh(z1)*z2 --second-layer 1:0.3,-0.7:0.7 "
     "--eta 2.2 --alpha0 1.7",
     pair, 2},
};

typedef struct {
    network net;
    gst_features *f;
    gst_exact *bulk;
    gst_batch *batch;
    size_t K, r, n; /* n = 2K */
    double beta, *V2, Th[GROUPS], x[MOST];
    const double *D;
    double hat[MOST];
    matrix V1h, inverse_V1h, B0, G;
    /* E[f Y Ky], E[f Ky], E[f Ky G] */
    matrix YK, zzYK, L[4], KG[7];
} original;

static void original_open(original *o, int i)
{
    unsigned long long state = 77 + (unsigned)i;
    network_make(&o->net, "%s --bulk exact", cases[i].options);
    o->f = network_features(&o->net);
    o->K = o->f->K;
    o->r = o->f->r;
    o->n = 2 * o->K;
    ck_assert_uint_eq(o->r, cases[i].r);
    gst_bulk *bulk;
    ck_assert_int_ge(batch_train(&o->batch, &o->net.problem, 256, 120), 0);
    ck_assert_int_eq(gst_bulk_one_batch_alloc(&bulk, o->f, o->batch), GST_OK);
    o->bulk = (gst_exact *)bulk;
    double V1h[GROUPS * GROUPS];
    fill_square(&state, o->K, o->K, 0.1, V1h);
    o->V1h = zero(o->K, o->K);
    for (size_t g = 0; g < o->K; g++) {
        for (size_t h = 0; h < o->K; h++)
            o->hat[gst_packed_pair(o->K, g, h)] = o->V1h.a[g][h] = V1h[g * o->K + h];
        o->hat[gst_packed_value(o->K, g)] = 0.05 + uniform(&state);
    }
    o->beta = 1.37;
    memset(o->x, 0, sizeof o->x);
    ck_assert_int_eq(bulk->type->map(bulk, o->beta, o->hat, o->x), GST_OK);
    o->V2 = o->x + gst_packed_value(o->K, 0);
    o->D = o->hat + gst_packed_value(o->K, 0);
}

static void original_close(original *o)
{
    gst_bulk_free(&o->bulk->base);
    gst_features_free(o->f);
    network_clear(&o->net);
}

/* ---- the equations ------------------------------------------------------------------------------ */

/* G unscaled: U^{-1} G~ U^{-1}, U = diag(sqrt(Th), 1); without the second block that part is -I. */
static void set_point(original *o)
{
    size_t K = o->K, nb = o->bulk->forms.nb;
    matrix unit = diagonal(K, NULL), Th;
    o->G = zero(o->n, o->n);
    for (size_t g = 0; g < K; g++) {
        o->Th[g] = o->beta * o->V2[g];
        o->G.a[K + g][K + g] = -1;
    }
    for (size_t i = 0; i < nb; i++) {
        for (size_t j = 0; j < nb; j++)
            o->G.a[i][j] =
                o->bulk->G[i * nb + j] / sqrt(i < K ? o->Th[i] : 1) / sqrt(j < K ? o->Th[j] : 1);
    }
    Th = diagonal(K, o->Th);
    o->inverse_V1h = inverse(o->V1h);
    o->B0 = plus(zero(o->n, o->n), 1, &o->inverse_V1h, 0, 0);
    o->B0 = plus(o->B0, 1, &Th, 0, 0);
    o->B0 = plus(o->B0, -1, &unit, K, K);
}

static matrix label_matrix(const original *o, double y)
{
    matrix Y = zero(o->n, o->n);
    for (size_t g = 0; g < o->K; g++) {
        double by = o->batch->b[g] * y;
        Y.a[g][g] = o->Th[g] * (2 * by + o->batch->w[g] * y * y);
        Y.a[g][o->K + g] = Y.a[o->K + g][g] = sqrt(o->Th[g]) * by;
    }
    return Y;
}

/* All averages, one label at a time. */
static void add_label(original *o, double w, double y, const double *z)
{
    size_t n = o->n, r = o->r;
    matrix Y = label_matrix(o, y), GY = times(o->G, Y), one = diagonal(n, NULL);
    matrix K = inverse(plus(one, o->batch->phi, &GY, 0, 0)), YK = times(Y, K), KG = times(K, o->G);
    o->YK = plus(o->YK, w, &YK, 0, 0);
    for (size_t i = 0; i < r; i++) {
        for (size_t j = 0; j < r; j++)
            o->zzYK = plus(o->zzYK, w * z[i] * z[j], &YK, i * n, j * n);
        for (int k = 1; k <= 3; k++)
            o->L[k] = plus(o->L[k], w * pow(y, k) * z[i], &K, 0, i * n);
    }
    for (int k = 2; k <= 6; k++)
        o->KG[k] = plus(o->KG[k], w * pow(y, k), &KG, 0, 0);
}

/* Trapezoid sums over z and xi on [-9, 9]; the mean of sigma likewise. */
static void average(original *o, int i)
{
    const size_t steps = o->r == 1 ? 400 : 108, noisy = o->net.problem.training.noise > 0 ? 54 : 0;
    const double h = 18.0 / (double)steps, hx = noisy ? 18.0 / (double)noisy : 0,
                 root = 2.5066282746310002;
    double f0 = 0, at[GST_TARGET_DIM_MAX] = {0};
    gst_gradient_moments sigma;
    gst_activation_gradient_moments(o->net.activation, 0, &sigma);
    for (size_t g = 0; g < o->K; g++)
        f0 += o->f->pi[g] * o->net.layer.A[g] * sigma.mean;
    o->YK = zero(o->n, o->n);
    o->zzYK = zero(o->n * o->r, o->n * o->r);
    for (int k = 0; k < 7; k++)
        o->KG[k] = zero(o->n, o->n);
    for (int k = 0; k < 4; k++)
        o->L[k] = zero(o->n, o->n * o->r);
    for (size_t k = 0; k <= steps; k++) {
        for (size_t l = 0; l <= (o->r == 2 ? steps : 0); l++) {
            at[0] = -9 + h * (double)k;
            at[1] = o->r == 2 ? -9 + h * (double)l : 0;
            double w = h / root * exp(-0.5 * at[0] * at[0]);
            w *= o->r == 2 ? h / root * exp(-0.5 * at[1] * at[1]) : 1;
            for (size_t s = 0; s <= noisy; s++) {
                double xi = noisy ? -9 + hx * (double)s : 0;
                double share = noisy ? hx / root * exp(-0.5 * xi * xi) : 1;
                double y = cases[i].target(at) - f0 + sqrt(o->net.problem.training.noise) * xi;
                if (w * share > 1e-18)
                    add_label(o, w * share, y, at);
            }
        }
    }
}

START_TEST(fixed_point)
{
    original o;
    original_open(&o, _i);
    set_point(&o);
    average(&o, _i);
    size_t K = o.K;
    matrix G = inverse(plus(o.B0, 1, &o.YK, 0, 0));
    for (size_t i = 0; i < o.n; i++) {
        for (size_t j = 0; j < o.n; j++)
            ASSERT_NEAR(G.a[i][j], o.G.a[i][j], 1e-11);
    }
    matrix Gt = part(&o.G, 0, 0, K, K), left = times(o.inverse_V1h, Gt);
    matrix V1 = times(left, o.inverse_V1h);
    for (size_t g = 0; g < K; g++) {
        ASSERT_CLOSE(o.V2[g], o.f->pi[g] / (o.D[g] + (1 - left.a[g][g]) / o.Th[g]), 1e-11);
        for (size_t h = 0; h < K; h++)
            ASSERT_NEAR(o.x[gst_packed_pair(K, g, h)],
                        (o.inverse_V1h.a[g][h] - V1.a[g][h]) / o.beta, 1e-10);
    }
    original_close(&o);
}
END_TEST

/* ---- N ------------------------------------------------------------------------------------------ */

/* Vectors 0..r-1: w*_j; r, r+1, r+2: v_y, v_y2, v_y3.  F[i][j] = <i, j>. */
static void set_forms(const original *o, matrix F[VECTORS][VECTORS])
{
    size_t n = o->n, r = o->r;
    matrix Gs = o->zzYK;
    for (size_t j = 0; j < r; j++)
        Gs = plus(Gs, 1, &o->B0, j * n, j * n);
    Gs = inverse(Gs);
    for (size_t i = 0; i < r; i++) {
        for (size_t j = 0; j < r; j++)
            F[i][j] = part(&Gs, i * n, j * n, n, n);
    }
    for (size_t k = 1; k <= 3; k++) {
        matrix LG = times(o->L[k], Gs);
        for (size_t j = 0; j < r; j++) {
            F[r + k - 1][j] = part(&LG, 0, j * n, n, n);
            F[j][r + k - 1] = transposed(F[r + k - 1][j]);
        }
        for (size_t l = 1; l <= 3; l++)
            F[r + k - 1][r + l - 1] =
                plus(times(LG, transposed(o->L[l])), o->batch->phi, &o->KG[k + l], 0, 0);
    }
}

/* Special direction a < r+1 as a combination of the vectors: v = v_y/|v_y|, w* = gamma v + rest s. */
static void combination(const original *o, size_t a, double *c)
{
    size_t r = o->r;
    matrix rest = zero(r, r);
    memset(c, 0, VECTORS * sizeof *c);
    if (a == 0) {
        c[r] = 1 / o->batch->norm;
        return;
    }
    for (size_t i = 0; i < r * r; i++)
        rest.a[i / r][i % r] = o->f->rest[i];
    rest = inverse(rest);
    for (size_t j = 0; j < r; j++) {
        c[j] = rest.a[a - 1][j];
        c[r] -= c[j] * o->f->gamma[j] / o->batch->norm;
    }
}

static matrix combined(matrix F[VECTORS][VECTORS], size_t r, const double *a, const double *b)
{
    matrix sum = zero(F[0][0].rows, F[0][0].rows);
    for (size_t i = 0; i < r + 3; i++) {
        for (size_t j = 0; j < r + 3; j++)
            sum = plus(sum, a[i] * b[j], &F[i][j], 0, 0);
    }
    return sum;
}

/* Columns of <., v_k> times (Th (q1+q2); sqrt(Th) q1): n x K. */
static matrix norm_factor(const original *o, size_t k)
{
    matrix q = zero(o->n, o->K);
    for (size_t g = 0; g < o->K; g++) {
        double q1 = o->batch->q1[g * 3 + k], q2 = o->batch->q2[g * 3 + k];
        q.a[g][g] = o->Th[g] * (q1 + q2);
        q.a[o->K + g][g] = sqrt(o->Th[g]) * q1;
    }
    return q;
}

/* N at (g*s + a, h*s + b), s = r+2. */
static matrix special_directions(const original *o)
{
    size_t K = o->K, r = o->r, s = r + 2;
    matrix F[VECTORS][VECTORS], N = zero(K * s, K * s), norm = zero(K, K);
    set_forms(o, F);
    for (size_t g = 0; g < K; g++)
        norm.a[g][g] = o->Th[g] * o->batch->om[g];
    for (size_t k = 0; k < 3; k++) {
        for (size_t l = 0; l < 3; l++) {
            matrix term =
                times(times(transposed(norm_factor(o, k)), F[r + k][r + l]), norm_factor(o, l));
            norm = plus(norm, -1, &term, 0, 0);
            for (size_t g = 0; g < K; g++)
                norm.a[g][g] -= o->batch->q1[g * 3 + k] * o->batch->q1[g * 3 + l] * o->Th[g] *
                                gst_batch_overlap(o->batch, k + 1, l + 1);
        }
    }
    for (size_t a = 0; a <= r; a++) {
        double left[VECTORS], right[VECTORS];
        combination(o, a, left);
        matrix coupling = zero(K, K);
        for (size_t k = 0; k < 3; k++) {
            memset(right, 0, sizeof right);
            right[r + k] = 1;
            matrix term = times(combined(F, r, left, right), norm_factor(o, k));
            term = part(&term, 0, 0, K, K);
            coupling = plus(coupling, 1, &term, 0, 0);
        }
        coupling = times(o->inverse_V1h, coupling);
        for (size_t b = 0; b <= r; b++) {
            combination(o, b, right);
            matrix all = combined(F, r, left, right), tl = part(&all, 0, 0, K, K);
            tl = times(times(o->inverse_V1h, tl), o->inverse_V1h);
            for (size_t i = 0; i < K * K; i++)
                N.a[i / K * s + a][i % K * s + b] =
                    (a == b) * o->inverse_V1h.a[i / K][i % K] - tl.a[i / K][i % K];
        }
        for (size_t i = 0; i < K * K; i++) {
            size_t g = i / K, h = i % K;
            N.a[g * s + a][h * s + r + 1] = N.a[h * s + r + 1][g * s + a] = coupling.a[g][h];
            N.a[g * s + r + 1][h * s + r + 1] = norm.a[g][h];
        }
    }
    return N;
}

/* N_perp (I - blockdiag(V1h, 0) N) = N, V1h on the spike. */
START_TEST(directions)
{
    original o;
    double have[MOST * MOST];
    original_open(&o, _i);
    set_point(&o);
    average(&o, _i);
    ck_assert_int_eq(o.bulk->base.type->directions(&o.bulk->base, have), GST_OK);
    matrix N = special_directions(&o), perp = zero(N.rows, N.rows), V1h = zero(N.rows, N.rows);
    size_t size = N.rows, s = o.r + 2;
    for (size_t i = 0; i < size * size; i++)
        perp.a[i / size][i % size] = have[i];
    for (size_t i = 0; i < o.K * o.K; i++)
        V1h.a[i / o.K * s][i % o.K * s] = o.V1h.a[i / o.K][i % o.K];
    matrix pulled = times(times(perp, V1h), N);
    for (size_t i = 0; i < size; i++) {
        for (size_t j = 0; j < size; j++)
            ASSERT_NEAR(perp.a[i][j] - pulled.a[i][j], N.a[i][j], 1e-9 * (1 + fabs(N.a[i][j])));
    }
    original_close(&o);
}
END_TEST

int main(void)
{
    TCase *all = tcase_create("exact_original");
    tcase_add_loop_test(all, fixed_point, 0, COUNT(cases));
    tcase_add_loop_test(all, directions, 0, COUNT(cases));
    return run_cases("exact_original", all);
}
