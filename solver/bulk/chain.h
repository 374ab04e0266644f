/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chain.h - the bulk of a network trained on finite batches: private to solver/bulk/chain*.c (theory 7.4).
 *
 * The covariance of a row is a product of one factor per step, linearised in one pencil over fields of K components
 * each, in the order f_T, u_T, f_{T-1}, .., u_1, f_0.  With Th = beta V2 and X = sqrt(Th) V1h sqrt(Th):
 *   B = B0(X) + sum_t P_t^T M_t P_t,   B0: (f_t,u_t) = I, (u_t,f_{t-1}) = -I, (f_0,f_0) = -I, (f_T,f_T) = -X,
 *   G = B^{-1},   M_t = E Q_t,   Q_t = (I + phi_t Y G_tt)^{-1} Y,   Y = [[diag a, -diag b], [-diag b, 0]],
 *   R(X) = - G_{f_T f_T},
 * P_t onto the fields (u_t, f_{t-1}) that a sample of step t touches (u_t alone if all b vanish).  The unknowns M_t,
 * symmetric, are packed one after the other, `inner` numbers. */
#ifndef GST_CHAIN_H
#define GST_CHAIN_H

#include <complex.h>

#include "base/arena.h"
#include "base/krylov.h"
#include "models/training/trajectory.h"
#include "solver/bulk/bulk.h"

/* A term of a new probe: sum_j factor_j psi_j at field `field`, factors at row `row`. */
typedef struct {
    size_t probe, row, field;
    double sign;
} gst_chain_atom;

/* One step, t = 1 .. T, and the forms of G on special directions around it (chain_forms.inc).  Probes, in this order:
 * a direction at each of the fields f_T .. f_{t-1}, direction by direction, then the norm's.  Directions are
 * (w*_1 .. w*_r, v_1 .. v_m), the v those before or after the step.
 *   New vectors are combinations of a few v_psi, psi_1 .. psi_J: yt, yt^2, yt^3 where all samples have one kappa, what is
 * needed otherwise; `mix` has a row of factors for each.  What is averaged with Q are the functions
 *   s_a s_c - (a = c), a <= c;   psi_j s_a;   psi_j psi_k, j <= k          (gst_chain_pair, _vector, _product) */
typedef struct {
    size_t n, first;   /* fields it touches, consecutive ones: first .. first+n-1 */
    size_t packed, at; /* n (n+1)/2; its place among the inner unknowns */
    double phi;
    size_t nodes;   /* of kappa and label together, without those of no weight, kappa by kappa: */
    size_t *begin;  /* first node of each kappa, and the end */
    size_t *label;  /* of its law: that of each node */
    double *weight; /* nodes */
    double *share;  /* nodes: half by weight, half by yt^2 */
    double *a, *b;  /* pencil weights, [g*nodes + i] */
    size_t s, from, to;  /* basis vectors (v, zeta) before the step; directions before and after */
    size_t fields;       /* f_T .. f_{t-1} */
    size_t norms, added; /* probes of the norm before it, and new ones */
    size_t J,
        rows; /* psi_j; combinations: v'_1 .. , then per group what pushes the norm and what it takes up */
    size_t functions;
    double *function; /* weights times the functions, [function*nodes + i] */
    double *total;    /* their averages */
    double *mix;      /* rows x J */
    size_t atoms;
    gst_chain_atom *atom;
    double *basis; /* s x from: basis on the directions before */
    double *back;  /* to x s: directions after on the basis, without v_psi */
    gst_arena memory;
} gst_chain_step;

typedef struct gst_chain_work gst_chain_work;
typedef struct gst_chain_work_complex gst_chain_work_complex;

/* What the pencil is, for real and for complex numbers: where it is the one above (chain_pencil.inc), and where it depends on
 * the eigenvalue of the inputs' covariance (coloured_pencil.inc, spectral_pencil.inc).  Members are called as the functions
 * of their names below; `forms' sets F of special_N before any step, `slope' is d(tau^T N~ tau)/dX_gh, both places, of
 * all pairs packed, or NULL: by complex step. */
typedef struct gst_chain gst_chain;
typedef struct gst_chain_record gst_chain_record;
typedef struct {
    int (*response)(const gst_chain *b, const double *X, const double *M, double *G,
                    gst_chain_work *work);
    int (*response_complex)(const gst_chain *b, const double complex *X, const double complex *M,
                            double complex *G, gst_chain_work_complex *work);
    void (*move_X)(const gst_chain *b, const double *G, const double *dX, double *dG);
    void (*move_X_complex)(const gst_chain *b, const double complex *G, const double complex *dX,
                           double complex *dG);
    void (*move_M)(const gst_chain *b, const double *G, size_t t, size_t i, size_t j, double *dG);
    void (*move_M_complex)(const gst_chain *b, const double complex *G, size_t t, size_t i,
                           size_t j, double complex *dG);
    void (*forms)(const gst_chain *b, const double *G, double *F);
    void (*forms_complex)(const gst_chain *b, const double complex *G, double complex *F);
    int (*special_N)(const gst_chain *b, const double *X, const double *M, double *N,
                     gst_chain_work *work);
    int (*special_N_complex)(const gst_chain *b, const double complex *X, const double complex *M,
                             double complex *N, gst_chain_work_complex *work);
    int (*slope)(gst_chain *b, const double *tau, double *slope);
    void (*release)(gst_chain *b); /* of `nodes'; NULL: there are none */
} gst_chain_pencil;

struct gst_chain {
    gst_bulk base;
    const gst_chain_pencil *pencil;
    void *nodes; /* of the covariance, private to the pencil */
    size_t
        blocks; /* fields that special directions may have at the end: f_T alone, or omega f_T too */
    const gst_features *
        f; /* U, gamma, rest; where the bulk is asked for exposed features, not theirs (exposed.h) */
    gst_trajectory *trajectory;
    int shared; /* the trajectory is another bulk's */
    size_t T, fields;
    gst_chain_step *step;
    size_t probes, touched; /* the most probes; the most basis vectors times fields touched */
    double *basis;          /* (m+q) x (r+m): final special directions on (w*, v) */
    double beta;
    int warm, warm_complex; /* M, Mc: a solution */
    double *V1h, *X, *R;    /* K x K */
    double *V2, *plain, *E; /* K: now, by the plain map, (X R)_gg/Th_g */
    double *M, *next;       /* inner: now, by the plain map */
    double *G, *dG;         /* fields x fields */
    double *dQ;             /* d M_t/d G_tt, packed x packed of step t at slope_at(t) */
    double *system,
        *fixed; /* I - d(next, plain)/d(M, ln V2), factored; its M block, factored once it is asked for */
    int factored, fixed_factored;
    gst_krylov krylov;      /* of no products: by `system' */
    double *fall;           /* pairs x (inner + K): dG_ff along (M, ln V2), with `system' */
    double *moved, *raised; /* inner x (inner or L): of gst_chain_set_system, gst_chain_tangents */
    double *follow;         /* (inner + K) x L: of gst_chain_tangents */
    size_t *pivot, *pivot_fixed; /* inner + K; inner */
    double *move, *rise;         /* inner + K */
    double *packed;              /* inner: dG on the fields of a step */
    double *dX;                  /* K x K */
    double *N, *pull;            /* (K s) x (K s): N; I - N blockdiag(I_m (x) V1h, 0), factored */
    size_t *pivot_directions;    /* K s */
    double *t, *tau, *along;     /* K s, K s, L: directions_tangent */
    double *kept;                /* inner: the cold start */
    double *block, *determinant; /* the most fields of a step, squared: gst_chain_beyond */
    double complex *Xc, *V1hc, *V2c, *Rc, *Mc, *nextc, *Gc, *dGc, *dQc, *dXc, *risec, *Nc, *pullc;
    gst_chain_work *work;
    gst_chain_work_complex *workc;
    gst_chain_record *record; /* NULL where the pencil has no slope of its own that needs one */
    gst_arena memory;
};

/* chain_make.c: a bulk with that pencil, which is given `nodes' to release, as trajectory and features, also on failure.  trajectory: NULL
 * without steps. */
int gst_chain_make(gst_bulk **bulk, const gst_features *features, gst_trajectory *trajectory,
                   int shared, const gst_chain_pencil *pencil, void *nodes);
extern const gst_chain_pencil gst_chain_pencil_plain;

/* Fields f_t and u_t begin at. */
size_t gst_chain_field_f(const gst_chain *b, size_t t);
size_t gst_chain_field_u(const gst_chain *b, size_t t);

/* dQ of step t (0-based) among those of all. */
size_t gst_chain_slope_at(const gst_chain *b, size_t t);

/* chain_layout.c: b->step from the trajectory, probes, touched.  GST_NO_MEMORY, GST_FAILED (features of no rank);
 * gst_chain_layout_clear frees what there is. */
int gst_chain_layout_set(gst_chain *b);
void gst_chain_layout_clear(gst_chain *b);

/* chain_functions.c: J and functions, for rows of combinations, and mix, function and total from psi
 * ([(kappa*rows + row)*GST_PSI_POWERS + p-1]) once there is memory for them. */
void gst_chain_count_functions(gst_chain_step *step, const gst_step_law *law);
void gst_chain_set_functions(gst_chain_step *step, const gst_step_law *law, const double *psi);
size_t gst_chain_pair(const gst_chain_step *step, size_t a, size_t c);
size_t gst_chain_vector(const gst_chain_step *step, size_t j, size_t a);
size_t gst_chain_product(const gst_chain_step *step, size_t j, size_t k);

/* (v, zeta) of the features on (w*, v): v as they are, zeta_i = sum_j S_ij (w*_j - sum_l gamma_jl v_l), S the
 * pseudo-inverse of rest.  basis: (m+q) x (r+m). */
int gst_chain_basis(const gst_features *f, double *basis);

/* What follows exists for real and for complex numbers (plain transposes) from one text, chain_pencil.inc and
 * chain_forms.inc.  Workspaces: in use by one call at a time. */
int gst_chain_work_alloc(gst_chain_work **work, const gst_chain *b);
int gst_chain_work_alloc_complex(gst_chain_work_complex **work, const gst_chain *b);
void gst_chain_work_free(gst_chain_work *work);
void gst_chain_work_free_complex(gst_chain_work_complex *work);

/* G at (X, M).  GST_FAILED: singular. */
int gst_chain_response(const gst_chain *b, const double *X, const double *M, double *G,
                       gst_chain_work *work);
int gst_chain_response_complex(const gst_chain *b, const double complex *X, const double complex *M,
                               double complex *G, gst_chain_work_complex *work);

/* next_t = E Q_t at G for all t; dQ != NULL: the slopes too. */
int gst_chain_average(const gst_chain *b, const double *G, double *next, double *dQ,
                      gst_chain_work *work);
int gst_chain_average_complex(const gst_chain *b, const double complex *G, double complex *next,
                              double complex *dQ, gst_chain_work_complex *work);

/* dG along dX (K x K), or along entry (i, j), both places, of M_t; rise = what next makes of dG. */
void gst_chain_move_X(const gst_chain *b, const double *G, const double *dX, double *dG);
void gst_chain_move_X_complex(const gst_chain *b, const double complex *G, const double complex *dX,
                              double complex *dG);
void gst_chain_move_M(const gst_chain *b, const double *G, size_t t, size_t i, size_t j,
                      double *dG);
void gst_chain_move_M_complex(const gst_chain *b, const double complex *G, size_t t, size_t i,
                              size_t j, double complex *dG);
void gst_chain_rise(const gst_chain *b, const double *dQ, const double *dG, double *rise);
void gst_chain_rise_complex(const gst_chain *b, const double complex *dQ, const double complex *dG,
                            double complex *rise);

/* N~(X) at (X, M), M = E Q: K s square, index g*s + a, a over spikes, residual directions and norm. */
int gst_chain_special_N(const gst_chain *b, const double *X, const double *M, double *N,
                        gst_chain_work *work);
int gst_chain_special_N_complex(const gst_chain *b, const double complex *X,
                                const double complex *M, double complex *N,
                                gst_chain_work_complex *work);

/* One group, in closed form (chain_single.c): E Q and, unless square is NULL, E[Q_a Q_c] of packed entries a, c
 * (packed x packed) at the block G_tt = (G[0], G[1], G[2]) of step t, packed (G[0] alone if it touches one field). */
void gst_chain_single(const gst_chain_step *step, const double *G, double *mean, double *square);
void gst_chain_single_complex(const gst_chain_step *step, const double complex *G,
                              double complex *mean, double complex *square);

/* Q of all samples at the block G_tt (n x n, symmetric, n <= GST_CHAIN_LANES_MOST; by `parts` numbers each, 1 real or 2),
 * by parts: part p of packed entry e at node i is to[(e*parts + p)*nodes + i].  weak[i] != 0: not node i, whose pivots are
 * small (chain_lanes.c). */
enum { GST_CHAIN_LANES_MOST = 8 };
void gst_chain_lanes(const gst_chain_step *step, size_t K, const double *G, size_t parts,
                     double *to, unsigned char *weak);

/* The same for one group, in closed form (chain_single.c), G packed. */
void gst_chain_single_samples(const gst_chain_step *step, const double complex *G, size_t parts,
                              double *to);

/* chain_sums.c: out[r*columns + c] = sum_i a[r*n + i] b[c*n + i], and with its help, of parts as above: E Q (packed x parts)
 * and, unless square is NULL, E[Q_a Q_c] of all pairs of parts; scaled: scratch as large as Q. */
void gst_chain_products(size_t n, size_t rows, size_t columns, const double *a, const double *b,
                        double *out);
void gst_chain_sum(const gst_chain_step *step, size_t parts, const double *Q, double *scaled,
                   double *mean, double *square);

/* Share of the samples with det(I + phi Y G_tt) <= 0 at real G (fields x fields), of all steps together. */
double gst_chain_beyond(const gst_chain *b, const double complex *G);

/* The root of V2_g that is continuous over the closed upper half plane, both real half axes included. */
double complex gst_chain_root_complex(double complex V2);

/* X, G, R at (Mc, V2c, V1hc). */
int gst_chain_respond_complex(gst_chain *b);

/* The members of gst_bulk_type that live in their own files. */
int gst_chain_tangent(gst_bulk *bulk, const double *dhat, double *dx);
int gst_chain_map(gst_bulk *bulk, double beta, const double *hat, double *x);
int gst_chain_tangents(gst_bulk *bulk, double *tangent);
int gst_chain_directions(gst_bulk *bulk, double *N_perp);
int gst_chain_directions_tangent(gst_bulk *bulk, const double *fields, double *gradient);
int gst_chain_map_complex(gst_bulk *bulk, double beta, const double complex *hat,
                          double complex *x);
int gst_chain_directions_complex(gst_bulk *bulk, double complex *N_perp);
int gst_chain_relations(gst_bulk *bulk, double beta, const double complex *hat,
                        const double complex *u, double complex *value, double complex *slope);

/* chain_krylov.c: the three by products, and the members of gst_bulk_type that use these. */
void gst_chain_krylov_solve(gst_chain *b, double tol, double *move);
void gst_chain_krylov_transposed(gst_chain *b, double *move);
void gst_chain_krylov_fixed_transposed(gst_chain *b, double *move);
void gst_chain_linear(gst_bulk *bulk, const double *dhat, const double *du, double *dx, double *dv);

/* chain_tangents.c: move = d(M, ln V2) along dhat; dX the total change of X, dG what it makes of G at fixed (M, ln V2); and the
 * member of gst_bulk_type that goes by products. */
void gst_chain_follow(gst_chain *b, const double *dhat, double *dX);
int gst_chain_tangent_joint(gst_bulk *bulk, const double *dhat, double *dx);

/* Member of the plain pencil: I_r (x) G. */
void gst_chain_forms(const gst_chain *b, const double *G, double *F);
void gst_chain_forms_complex(const gst_chain *b, const double complex *G, double complex *F);

/* chain_sums.c: dG on the fields of a step, packed; gst_chain_rise of one whose sums are long, or nothing and 0: in use by
 * one call at a time. */
void gst_chain_pack(const gst_chain *b, const gst_chain_step *s, const double *dG, double *packed);
int gst_chain_rise_long(const gst_chain *b, const gst_chain_step *s, const double *slope,
                        const double *dG, double *rise);
/* Of the plain pencil, in its record: full = G (bar + bar^T)/2 G, fields x fields; bar = what `rise' is multiplied by, taken to
 * dG. */
void gst_chain_surround(const gst_chain *b);
void gst_chain_lower(const gst_chain *b, const double *rise);

/* chain_jacobian.c: system and fixed at the current G, dQ, R, E, plain; move <- fixed^{-1} move. */
int gst_chain_set_system(gst_chain *b);
/* raised (packed x rows) = dQ of step u times `rows' packed dG. */
void gst_chain_raise_rows(gst_chain *b, size_t u, size_t rows, const double *moved);
/* move <- system^{-1} move, to a relative residual of tol if by iteration (NaN if that fails); its transpose; those of fixed. */
#define GST_CHAIN_EXACT 1e-15
void gst_chain_solve(gst_chain *b, double tol, double *move);
void gst_chain_solve_transposed(gst_chain *b, double *move);
int gst_chain_solve_fixed(gst_chain *b, double *move);
int gst_chain_solve_fixed_transposed(gst_chain *b, double *move);

/* chain_record.c, chain_adjoint.c: what special_N leaves of each step and of the end is recorded, where there is a record; then `slope' of the
 * pencil at these (X, M), and from it the part of directions_tangent that is not the spikes' own. */
int gst_chain_record_alloc(gst_chain *b);
void gst_chain_record_free(gst_chain *b);
void gst_chain_record_step(const gst_chain *b, size_t t, const double *lambda, const double *E,
                           const double *push, const double *sums, const double *parts);
void gst_chain_record_end(const gst_chain *b, size_t probes, const double *E,
                          const double *inverse);
int gst_chain_slope(gst_chain *b, const double *tau, double *slope);
void gst_chain_gradient(gst_chain *b, const double *energy, const double *slope, double *gradient);

/* Scalar field of the norm's probe h: d_1, then delta_1, d_2, delta_2, d_3, .. */
static inline size_t gst_chain_probe_field(size_t K, size_t h)
{
    return h / K % 2 == 0 ? h + K : h - K;
}

#endif
