/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench_cells.c - commands off the beaten paths: processor seconds to the first point and the memory of each, one thread, in a
 * process of its own; and throughput far along a sweep. */
#include "tests/bench.h"

#include <stdio.h>
#include <string.h>

#define A "--activation tanh(z+0.3) "
#define P2 "z1+z1*z2"
#define P3 P2 "+z1*z2*z3"
#define P4 P3 "+z1*z2*z3*z4"
#define GAUSSIAN(K) A "--second-layer gaussian:" K " --width 1000 "

enum { WORDS = 40, LENGTH = 400, RUNS = 3 };

/* seconds, megabytes: what is asked, 0: nothing. */
static const struct {
    const char *name, *command;
    double seconds, megabytes;
} cells[] = {
    {"r2_exact", "curve " A "--target " P2 " --alpha0 2", 0.3, 50},
    {"r3_exact", "curve " A "--target " P3 " --alpha0 2", 2, 0},
    {"r4_population", "curve " A "--target " P4, 1, 0},
    {"r4_exact", "curve " A "--target " P4 " --alpha0 2", 0, 0},
    {"r3_population", "curve " A "--target " P3, 0.03, 0},
    {"r3_K4_T3", "curve " A "--target " P3 " --steps 3 --second-layer 1,0.5,-0.5,-1", 1, 300},
    {"max_of_three", "curve " A "--target max(z1,max(z2,z3))", 3, 0},
    {"K8_exact", "curve " GAUSSIAN("8") "--alpha0 2 --alpha 1", 0, 0},
    {"K8_exact_11_points", "curve " GAUSSIAN("8") "--alpha0 2 --alpha 1:2:11", 0.15, 0},
    {"K16_exact", "curve " GAUSSIAN("16") "--alpha0 2 --alpha 1", 0.15, 0},
    {"K16_exact_11_points", "curve " GAUSSIAN("16") "--alpha0 2 --alpha 1:2:11", 1.65, 0},
    {"K32_isotropic_10_points", "curve " GAUSSIAN("32") "--alpha 1:2:10", 0.2, 0},
    {"learnability_r4", "steps --learnability " A "--target " P4, 1, 0},
    {"learnability_tanh", "steps --learnability " A "--target tanh(z1*z2)+z3", 1, 0},
    {"relu_sign", "curve --activation relu --target sign(z1*z2) --alpha0 5", 2, 0},
    {"relu_smooth", "curve --activation relu --target tanh(z1)*z2+0.5*cos(z3) --alpha0 5", 2, 0},
    {"density_relu_r2", "spectrum --activation relu --target " P2 " --alpha0 2", 2, 0},
    {"outliers_relu_r2",
     "spectrum --activation relu --target " P2 " --alpha0 2 --outliers --width 1000", 2, 0},
    {"density_relu", "spectrum --eta 1 --alpha 0.5 --activation relu", 2, 0},
    {"sweep_million_lambdas", "curve --alpha 0.2:3:1000 --lambda 0.01:10:1000:log", 2, 0},
    {"sweep_million_alphas", "curve --alpha 0.2:3:1000000", 2, 0},
    {"simulate_1000_double", "simulate --d 1000 --alpha0 2 --alpha 3 --trials 1", 0, 0},
    {"simulate_1000_single", "simulate --d 1000 --alpha0 2 --alpha 3 --trials 1 --precision single",
     0.44, 0},
    {"simulate_2000_double", "simulate --d 2000 --alpha0 2 --alpha 3 --trials 1", 0, 0},
    {"simulate_2000_single", "simulate --d 2000 --alpha0 2 --alpha 3 --trials 1 --precision single",
     2.8, 0},
};

/* The least processor time of a few runs; those of more than a second are run once. */
static bench_usage run_cell(const char *program, const char *command)
{
    const char *arguments[WORDS] = {program};
    char text[LENGTH], *rest = NULL;
    size_t count = 1;
    snprintf(text, sizeof text, "%s --threads 1 --quiet", command);
    for (char *word = strtok_r(text, " ", &rest); word && count + 1 < WORDS;
         word = strtok_r(NULL, " ", &rest))
        arguments[count++] = word;
    bench_usage best = bench_process(program, arguments);
    for (int i = 1; i < RUNS && best.processor < 1; i++) {
        bench_usage next = bench_process(program, arguments);
        best = next.processor < best.processor ? next : best;
    }
    return best;
}

void bench_cells(const char *program)
{
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        char name[64];
        bench_usage usage = run_cell(program, cells[i].command);
        snprintf(name, sizeof name, "cell_%s", cells[i].name);
        bench_report(name, usage.processor, usage.loose ? "s (loose)" : "s", cells[i].seconds);
        snprintf(name, sizeof name, "memory_%s", cells[i].name);
        bench_report(name, usage.bytes * 1e-6, "MB", cells[i].megabytes);
    }
}
