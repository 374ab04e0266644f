/* SPDX-License-Identifier: GPL-3.0-or-later */
/* option_list.h - every option of every command, once.
 *
 * This list generates the parser, the keys of config files, the help texts, the preamble of tables and
 * the manual page.  Columns of
 *   X(symbol, name, metavar, default, kind, role, commands, rule, words, help)
 *   default   text, or NULL: none (then absent from the preamble unless given)
 *   kind      AXIS list or range of numbers, one of the grid's axes; LIST list of numbers; NUMBER; SIZE;
 *             FLAG yes|no; CHOICE one of `words`; TEXT
 *   role      PARAMETER goes to the preamble, RUN does not
 *   commands  letters of the commands that take it (command_list.h)
 *   rule      allowed numbers (GST_RULE_LIST of options.h)
 *   words     CHOICE: the choices, separated by |; AXIS: a word allowed instead of numbers
 * Rows of one name are options of their own, with no command in common.  The order is that of the preamble. */
#ifndef GST_OPTION_LIST_H
#define GST_OPTION_LIST_H

/* clang-format off */
#define GST_OPTION_LIST(X) \
X(ACTIVATION, "activation", "EXPR", "tanh", TEXT, PARAMETER, "csvbptwr", ANY, NULL, \
  "activation sigma: a name or an expression in z; table:FILE, a function by numbers") \
X(TARGET, "target", "EXPR", "sin", TEXT, PARAMETER, "csvbptwr", ANY, NULL, \
  "target g: a name (applied to z1) or an expression in z1..z9, at most 4 of them; table:FILE as in --activation") \
X(LABELS, "labels", "KIND", NULL, CHOICE, PARAMETER, "csvbpt", ANY, "real|sign", \
  "y = g + sqrt(noise) xi (the default) or its sign, +1 or -1, in the steps and in the readout") \
X(MIXTURE, "mixture", "CLUSTERS", NULL, TEXT, PARAMETER, "csvbpt", ANY, NULL, \
  "inputs from a Gaussian mixture, clusters by ';': weight:mean,mean,..[:sd,sd,..[:bulk-sd]] on z1, z2, ...") \
X(CLUSTER_LABELS, "cluster-labels", "LABELS", NULL, TEXT, PARAMETER, "csvbpt", ANY, NULL, \
  "with --mixture: a label 1 or -1 for each cluster by ',', y = sign(label + sqrt(noise) xi), instead of --target") \
X(COVARIANCE_OF_INPUTS, "covariance", "SPECTRUM", NULL, TEXT, PARAMETER, "csvbp", ANY, NULL, \
  "of the inputs: power:a[:shift], levels:omega,weight;.., file:NAME or identity, eigenvalues scaled to mean 1") \
X(INPUT_COVARIANCE, "input-covariance", "SPECTRUM", NULL, TEXT, PARAMETER, "t", ANY, NULL, \
  "what --covariance is to other commands: power:a[:shift], levels:omega,weight;.., file:NAME or identity") \
X(EXPLICIT, "explicit", "L", NULL, SIZE, PARAMETER, "cbpt", COUNT, NULL, \
  "with a covariance and a finite width: components of the rows on the L = 1 or 2 top eigenvectors as groups") \
X(TEACHER_SOURCE, "teacher-source", "B", NULL, NUMBER, PARAMETER, "csvbpt", FINITE, NULL, \
  "with a covariance: the teacher's variance in an eigenvector of eigenvalue omega is as omega^B (default 1)") \
X(SECOND_LAYER, "second-layer", "LAYER", "ones", TEXT, PARAMETER, "csvbptr", ANY, NULL, \
  "values and weights of the second layer: A:weight,... (weight 1 if left out: 1,-1 are equal halves), ones, rademacher, or " \
  "gaussian:K, a quadrature; a law, for finite width: gaussian, uniform (both of unit variance), table:FILE") \
X(ETA, "eta", "AXIS", "1", AXIS, PARAMETER, "csvbptr", FINITE, NULL, \
  "step size, the same at all steps") \
X(STEP_EXPONENT, "step-exponent", "AXIS", NULL, AXIS, PARAMETER, "csvpt", STEP_EXPONENT, NULL, \
  "s in [0, 1/2]: eta is K0, and the step is K0 p^(s-1/2) at width p (--width, or that of the networks)") \
X(ALPHA0, "alpha0", "AXIS", "inf", AXIS, PARAMETER, "csvbptr", NONNEGATIVE_OR_INF, NULL, \
  "n0/d, samples per step over dimension; inf: population gradient; 0: untrained") \
X(STEPS, "steps", "AXIS", "1", AXIS, PARAMETER, "csvbpt", COUNT, NULL, \
  "number of giant steps; 0: untrained") \
X(SCHEDULE, "schedule", "STEPS", NULL, TEXT, PARAMETER, "csvbpt", ANY, NULL, \
  "eta:alpha0,eta:alpha0,...: each step its own size and batch, instead of --eta, --alpha0, --steps") \
X(REUSE, "reuse", NULL, NULL, FLAG, PARAMETER, "csvbpt", ANY, NULL, \
  "the same batch at every step: simulate and steps --simulate only, there is no theory of it") \
X(STEP_LOSS, "step-loss", "LOSS", NULL, TEXT, PARAMETER, "csvbpt", ANY, NULL, \
  "loss of the giant steps: squared (the default), logistic or huber:DELTA") \
X(BULK, "bulk", "KIND", "exact", CHOICE, PARAMETER, "csvbpt", ANY, "exact|isotropic", \
  "treatment of the bulk of the trained weights at 0 < alpha0 < inf") \
X(SPIKE, "spike", "U", NULL, TEXT, PARAMETER, "csvbp", ANY, NULL, \
  "features given directly instead of trained: strengths per group, groups by ',', spikes by ';'") \
X(OVERLAP, "overlap", "GAMMA", NULL, TEXT, PARAMETER, "csvbp", ANY, NULL, \
  "with --spike: overlaps with the target's variables, one per variable by ',', spikes by ';'") \
X(BULK_VARIANCE, "bulk-variance", "C", NULL, TEXT, PARAMETER, "csvbp", ANY, NULL, \
  "with --spike: bulk variance, one value or one per group by ','") \
X(NOISE, "noise", "AXIS", "0", AXIS, PARAMETER, "csvbptwr", NONNEGATIVE, NULL, \
  "variance Delta of the label noise") \
X(BETA, "beta", "AXIS", "1", AXIS, PARAMETER, "csvbptwr", POSITIVE, NULL, \
  "p/d, width over dimension") \
X(LOSS, "loss", "LOSS", NULL, TEXT, PARAMETER, "csv", ANY, NULL, \
  "loss of the readout: squared (the default), logistic, hinge, squared-hinge, max-margin or huber:DELTA; " \
  "those of the margin want --labels sign") \
X(LAMBDA, "lambda", "AXIS", "0.1", AXIS, PARAMETER, "csvr", NONNEGATIVE, "opt", \
  "ridge; 0: minimum norm; opt (not in simulate): the value in [1e-8, 1e4] that minimises the theory's " \
  "excess_risk, or --criterion") \
X(OPTIMISE, "optimise", "AXES", NULL, CHOICE, PARAMETER, "c", ANY, "eta|lambda|eta,lambda|lambda,eta", \
  "minimise the excess risk over these axes, between the ends of their range or of a default one") \
X(CRITERION, "criterion", "COLUMN", NULL, CHOICE, PARAMETER, "cv", ANY, "excess_risk|test_loss|test_class", \
  "what --lambda opt and --optimise lambda minimise, excess_risk by default") \
X(WIDTH, "width", "AXIS", "inf", AXIS, PARAMETER, "cbp", ONE_OR_MORE_OR_INF, NULL, \
  "width p of the finite-width correction, or inf") \
X(SCALED_WIDTH, "width", "P", NULL, NUMBER, PARAMETER, "t", COUNT_FROM_ONE, NULL, \
  "width p of --step-exponent") \
X(ALPHA, "alpha", "AXIS", "1", AXIS, PARAMETER, "csvpr", POSITIVE, NULL, \
  "n/d, samples over dimension") \
X(D, "d", "AXIS", "1000", AXIS, PARAMETER, "svptw", COUNT_FROM_ONE, NULL, \
  "input dimension") \
X(TRIALS, "trials", "N", "10", SIZE, PARAMETER, "svptw", COUNT_FROM_ONE, NULL, \
  "independent replicates") \
X(SEED, "seed", "N", "1", SIZE, PARAMETER, "svptw", COUNT, NULL, \
  "seed of the counter-based random numbers") \
X(TEST_SAMPLES, "test-samples", "N", NULL, SIZE, PARAMETER, "sv", COUNT_FROM_ONE, NULL, \
  "test points per replicate (default 4d; none for erf, relu, linear, sin, cos and targets of one or two " \
  "variables, whose risk is computed exactly)") \
X(WEIGHTS, "weights", "KIND", "auto", CHOICE, PARAMETER, "svp", ANY, "auto|gd|srf", \
  "gd: really trained; srf: drawn from the spiked random-features law; auto: gd when 0 < alpha0 < inf") \
X(PRECISION, "precision", "KIND", NULL, CHOICE, PARAMETER, "svpt", ANY, "double|single", \
  "of weights, inputs, features and gradients of networks; sums, normal equations and readouts are double (the default)") \
X(RAW, "raw", NULL, "no", FLAG, PARAMETER, "s", ANY, NULL, \
  "one row per replicate instead of means") \
X(METHOD, "method", "NAME", "newton", CHOICE, PARAMETER, "cv", ANY, "newton|damped|enclose", \
  "solver; enclose: the plain map from below and above, appends excess_low and excess_high") \
X(DAMPING, "damping", "W", "0.5", NUMBER, PARAMETER, "cv", DAMPING, NULL, \
  "with --method damped: new = W*map + (1-W)*old") \
X(MAX_ITERATIONS, "max-iterations", "N", NULL, SIZE, PARAMETER, "cv", COUNT_FROM_ONE, NULL, \
  "iteration limit (default 1000 for newton, 1000000 otherwise)") \
X(TOL, "tol", "T", "1e-10", NUMBER, PARAMETER, "cvbptwr", TOLERANCE, NULL, \
  "relative tolerance") \
X(ORDER_PARAMETERS, "order-parameters", NULL, "no", FLAG, PARAMETER, "c", ANY, NULL, \
  "append the order parameters V1 V2 m theta psi eps Q q2") \
X(FUNCTIONS, "functions", NULL, "no", FLAG, PARAMETER, "b", ANY, NULL, \
  "the functions of kappa that attain the bounds instead of the bounds") \
X(SEPARABILITY, "separability", NULL, NULL, FLAG, PARAMETER, "b", ANY, NULL, \
  "the samples over dimension up to which a readout can classify all labels, instead of the bounds") \
X(X, "x", "LIST", NULL, LIST, PARAMETER, "p", POSITIVE, NULL, \
  "points of the density instead of a grid over the whole bulk") \
X(MOMENTS, "moments", "LIST", NULL, LIST, PARAMETER, "p", POSITIVE, NULL, \
  "Stieltjes transform at these ridges instead of the density") \
X(OUTLIERS, "outliers", NULL, "no", FLAG, PARAMETER, "p", ANY, NULL, \
  "outlying eigenvalues instead of the density (wants --width)") \
X(SIMULATE, "simulate", NULL, "no", FLAG, PARAMETER, "ptw", ANY, NULL, \
  "simulated networks beside the theory") \
X(COVARIANCE, "covariance", NULL, "no", FLAG, PARAMETER, "t", ANY, NULL, \
  "append the covariance of the special directions") \
X(LEARNABILITY, "learnability", NULL, "no", FLAG, PARAMETER, "t", ANY, NULL, \
  "the directions learned at each step instead of the spikes") \
X(EXPONENTS, "exponents", "A1,A2", "0.25,0.4", LIST, PARAMETER, "w", FINITE, NULL, \
  "exponents of the two step sizes") \
X(PHI, "phi", "RATIO", "0.5", NUMBER, PARAMETER, "w", POSITIVE, NULL, \
  "d/n of the batches") \
X(PHI1, "phi1", "RATIO", NULL, NUMBER, PARAMETER, "w", POSITIVE, NULL, \
  "d/n1 of the first batch, when the second one is fresh (default: that of --phi)") \
X(ORDER, "order", "L", "3", SIZE, PARAMETER, "w", COUNT_FROM_ONE, NULL, \
  "highest order k of the expansion, at most 20") \
X(STAGES, "order", "L", "3", SIZE, PARAMETER, "r", COUNT_FROM_ONE, NULL, \
  "highest power of the spike's coordinate whose stage and threshold are shown, at most 10") \
X(MAP, "map", NULL, "no", FLAG, PARAMETER, "w", ANY, NULL, \
  "a grid over the square of exponents: separated directions, best overlaps") \
X(SINGULAR_VALUES, "singular-values", NULL, "no", FLAG, PARAMETER, "w", ANY, NULL, \
  "predicted leading singular values of the first layer for every --d") \
X(GRADIENT_LOSS, "loss", "KIND", "squared", CHOICE, PARAMETER, "w", ANY, "squared|correlation", \
  "with --simulate: loss whose gradient is followed") \
X(TIMING, "timing", NULL, "no", FLAG, PARAMETER, "cs", ANY, NULL, \
  "append a column of seconds per row") \
X(FORMAT, "format", "NAME", "tsv", CHOICE, PARAMETER, "csvbptwlr", ANY, "tsv|csv|json", \
  "format of the table") \
X(PLOT_X, "x", "COLUMN", NULL, TEXT, RUN, "g", ANY, NULL, \
  "the column along the x axis instead of the innermost axis that varies") \
X(Y, "y", "COLUMN", NULL, TEXT, RUN, "g", ANY, NULL, \
  "the column drawn instead of the command's own") \
X(BY, "by", "COLUMNS", NULL, TEXT, RUN, "g", ANY, NULL, \
  "columns, separated by commas, that tell curves apart instead of all axes that vary") \
X(LOG, "log", "AXES", NULL, CHOICE, RUN, "g", ANY, "x|y|x,y|y,x|none", \
  "logarithmic axes instead of those the values suggest") \
X(SCRIPT, "script", NULL, "no", FLAG, RUN, "g", ANY, NULL, \
  "write the script of gnuplot, with its data, to edit: NAME.gp beside a picture, or to --output NAME.gp or stdout") \
X(CONFIG, "config", "FILE", NULL, TEXT, RUN, "csvbptwlgr", ANY, NULL, \
  "read options from FILE, lines `key = value'; flags override it") \
X(THREADS, "threads", "N", NULL, SIZE, RUN, "csvbptw", THREADS, NULL, \
  "number of threads (default: all cores this process may use); never changes a row") \
X(QUIET, "quiet", NULL, "no", FLAG, RUN, "csvbptwlr", ANY, NULL, \
  "no progress on stderr") \
X(ERRORS, "errors", "FORM", "text", CHOICE, RUN, "csvbptwlmgihr", ANY, "text|json", \
  "messages on stderr as lines, or all as one json object at the end") \
X(PROGRESS, "progress", "FORM", "bar", CHOICE, RUN, "csvbptw", ANY, "bar|lines", \
  "progress as a bar, on a terminal only, or as lines for a program to read") \
X(OUTPUT, "output", "FILE", NULL, TEXT, RUN, "csvbptwlmgr", ANY, NULL, \
  "write to FILE instead of stdout (also -o)") \
X(FORCE, "force", NULL, "no", FLAG, RUN, "csvbptwlmgr", ANY, NULL, \
  "replace an existing FILE of --output") \
X(RESUME, "resume", NULL, "no", FLAG, RUN, "csvbptw", ANY, NULL, \
  "go on with what --output does not have yet; of spectrum, steps, twostep with --simulate only") \
X(SHARD, "shard", "I/N", NULL, TEXT, RUN, "csvbptw", ANY, NULL, \
  "only part I of N of the table; `giantstep merge' puts them together") \
X(DRY_RUN, "dry-run", NULL, "no", FLAG, RUN, "csvb", ANY, NULL, \
  "print grid size, memory and time estimates and stop") \
X(MAN, "man", NULL, "no", FLAG, RUN, "h", ANY, NULL, \
  "write the manual page, or that of COMMAND, in troff") \
X(LIST_OPTIONS, "list-options", NULL, "no", FLAG, RUN, "h", ANY, NULL, \
  "write the options of all commands, or of COMMAND, as a table") \
X(COMPLETION, "completion", "SHELL", NULL, CHOICE, RUN, "h", ANY, "bash|zsh", \
  "write the script that completes command lines in that shell")
/* clang-format on */

#endif
