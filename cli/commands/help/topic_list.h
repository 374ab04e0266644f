/* SPDX-License-Identifier: GPL-3.0-or-later */
/* topic_list.h - what help says of each command besides its options: columns, examples, exit codes.
 *
 * Columns of GST_COLUMN_LIST: letters of the commands (command_list.h); option that makes the table such a one, or adds
 * the columns (NULL: always); columns in their order, with a b g h i j l r for numbers; what they are.
 * Columns of GST_EXAMPLE_LIST: letter, what it is for, the command line after `giantstep'.
 * Columns of GST_EXIT_LIST: code, letters (NULL: all), what it means; the first that applies wins. */
#ifndef GST_TOPIC_LIST_H
#define GST_TOPIC_LIST_H

/* clang-format off */
#define GST_COLUMN_LIST(X) \
X("csv", NULL, "eta alpha0 steps noise beta lambda", "the point of the grid") \
X("c", NULL, "width alpha", "the same") \
X("sv", NULL, "alpha d p", "the same; p: the width that was drawn") \
X("s", NULL, "n trials", "samples drawn; replicates of the mean") \
X("c", NULL, "excess_risk test_error train_error", "E(E[y|x] - f)^2, E(y - f)^2, mean (y - f)^2 over the samples") \
X("c", NULL, "residual quad_error", \
  "largest relative change of (V1, V2) under one more iteration; absolute error estimate of excess_risk") \
X("c", NULL, "iterations status", "of the solver; ok, loose (tolerance missed) or failed (nan)") \
X("c", NULL, "rare_share", "share of excess_risk made by samples that no network of this size meets") \
X("c", "loss", "test_loss train_loss test_class train_class", "loss and misclassified share, of the law and of the samples") \
X("c", "order-parameters", "V1_g_h V2_g m_g theta_g_l psi_g_j eps_g Q_g_h q2_g", "the order parameters, by group") \
X("c", "method enclose", "excess_low excess_high", "bounds of excess_risk") \
X("c", "optimise", "eta_error lambda_error", "how well the minimiser is known") \
X("s", NULL, "excess_risk excess_risk_sem test_error test_error_sem train_error train_error_sem", \
  "means over replicates, and standard errors of these means") \
X("s", NULL, "status", "ok or failed") \
X("s", "loss", "test_loss test_loss_sem train_loss train_loss_sem test_class test_class_sem train_class train_class_sem", \
  "the same of losses and misclassified shares") \
X("s", "raw", "replicate", "instead of trials and the standard errors") \
X("cs", "timing", "seconds", "per row") \
X("v", NULL, "trials", "replicates") \
X("v", NULL, "theory_excess limit_excess", "excess risk of the theory at this width, and at infinite width") \
X("v", NULL, "sim_excess sim_sem z", "mean of the networks, its standard error, their difference over it") \
X("v", NULL, "theory_train sim_train sim_train_sem z_train", "the same of the train error") \
X("v", NULL, "verdict", "agree, disagree or undecided, of the whole ladder of d") \
X("v", "loss", "theory_test_loss sim_test_loss sim_test_loss_sem z_test_loss", "the same of the test loss") \
X("v", "loss", "theory_test_class sim_test_class sim_test_class_sem z_test_class", "the same of the misclassified share") \
X("b", NULL, "eta", "step size") \
X("b", NULL, "upper lower lower_published kernel status", \
  "bounds of the excess risk: upper, lower, the published lower one, of any kernel") \
X("b", "functions", "kappa target upper lower lower_published", "functions of kappa that attain the bounds") \
X("b", "separability", "eta alpha0 steps noise beta width alpha_c error status", \
  "alpha_c: up to which n/d a readout separates all labels") \
X("p", NULL, "x density density_g error status", "eigenvalue, density of the spectrum, that of each group") \
X("p", "moments", "lambda stieltjes stieltjes_g error status", "Stieltjes transform at -lambda") \
X("p", "outliers", "index outlier status error mean_g spike_l", \
  "eigenvalues outside the bulks, overlaps of their eigenvectors") \
X("p", "simulate", "x_low x_high count density theory", "histogram of networks, and the theory in each bin") \
X("t", NULL, "step group a fraction c U_j error status", \
  "value and share of the group, variance of the bulk, overlap with variable j") \
X("t", "covariance", "C_a_b", "covariance of the special directions; the last index is the norm") \
X("t", "simulate", "c_sim c_sem U_j_sim U_j_sem", "means over networks and their standard errors") \
X("t", NULL, "own_error", "excess risk of the network with its own second layer") \
X("t", "simulate", "own_error_sim own_error_sem", "the same of networks") \
X("t", "learnability", "step dimension floor direction_i_j error status gain_i", \
  "directions learned after each step, the error without the others, the strength of each") \
X("w", NULL, "k exponent separated overlap_fresh overlap_reuse error status coefficient", \
  "order of the term, exponent of its size, whether it leaves the bulk, overlaps with the target") \
X("w", "map", "a1 a2 separated_count best_fresh best_reuse span_fresh span_reuse error status", \
  "exponents of the steps, directions separated, overlaps of the best and of all") \
X("w", "singular-values", "d width batch k exponent strength singular_value overlap edge outliers error status", \
  "predicted singular values, the end of the bulk") \
X("w", "simulate", "d width n batch k exponent separated overlap sim_overlap sim_overlap_sem singular_value " \
  "sim_singular_value sim_singular_value_sem vector_overlap sim_vector_overlap sim_vector_overlap_sem outliers " \
  "sim_outliers sim_outliers_sem edge sim_edge trials error status singular_value_error singular_value_status", \
  "predictions beside means over networks") \
X("r", NULL, "kind s_low s_high stage excess_risk train_error value overlap error status objective", \
  "stage l: between its ends of s, value = separated spikes of the features; threshold: at one s; weights: singular value of " \
  "the first layer at s = 0 and its overlap with the target; bound: the kernel's, value = tau*, overlap = its argument; objective: train error with its ridge") \
X("cspt", "step-exponent", "step_exponent", "s; eta is the step itself, K0 p^(s-1/2)") \
X("m", NULL, "...", "those of the shards") \
X("l", NULL, "name c0 ... c6 error status description", "c_k = E[f He_k]/sqrt(k!)")

#define GST_EXAMPLE_LIST(X) \
X('c', "a learning curve for two batch sizes", "curve --eta 3 --alpha0 5,20 --lambda 0.1 --alpha 0.2:3:57 --output curve.tsv") \
X('c', "the best step size and ridge", "curve --optimise eta,lambda --alpha 0.5:4:8") \
X('s', "twenty networks at each point", "simulate --eta 3 --alpha0 5 --alpha 0.5,1,2 --d 500 --trials 20") \
X('s', "every replicate in a row", "simulate --eta 3 --alpha0 5 --alpha 1 --d 200 --raw") \
X('v', "theory against networks, with a verdict", \
  "validate --eta 3 --alpha0 2 --target tanh --lambda 0.01 --alpha 2 --d 100,200,400 --trials 40") \
X('v', "how long that takes", "validate --eta 3 --alpha0 2 --alpha 1,2 --dry-run") \
X('b', "bounds over the step size", "bounds --target 'z1 + z1^2/2' --eta 0.5:4:8") \
X('b', "the functions that attain them", "bounds --eta 2 --functions") \
X('p', "density of a trained network's features", "spectrum --eta 3 --alpha0 0.5 --alpha 2 --output density.tsv") \
X('p', "outliers at width 1500", "spectrum --activation relu --spike 2,1,-1,-2 --alpha 2 --width 1500 --outliers") \
X('t', "overlaps over three steps", "steps --activation 'tanh(z+0.5)' --target 'z1+z1*z2' --second-layer 1,-1 --eta 2 --steps 3") \
X('t', "what can be learned", "steps --learnability --target 'z1 + z1*z2'") \
X('w', "which directions two steps separate", "twostep --target tanh --exponents 0.25,0.4") \
X('w', "a map over both exponents", "twostep --map --order 4 --target tanh --output map.tsv") \
X('r', "stages and thresholds of all step sizes", "regimes --second-layer gaussian --activation 'tanh(z+0.6)' --alpha0 4 --alpha 2") \
X('r', "of a second layer of two values, on a batch", "regimes --second-layer 1,-0.5 --target 'z1+z1^2' --eta 2 --alpha0 5") \
X('m', "two shards", "merge part1.tsv part2.tsv --output whole.tsv") \
X('m', "shards of simulations", "merge shard*.tsv -o whole.tsv --force") \
X('g', "theory and networks over each other", "plot curve.tsv networks.tsv -o figure.pdf") \
X('g', "the script, to edit", "plot curve.tsv --y train_error --log y --script -o figure.gp") \
X('l', "every function", "list") \
X('l', "for a program", "list --format json") \
X('i', "what was built", "info") \
X('i', "the name of the BLAS", "info | grep blas") \
X('h', "the options of a command", "help curve") \
X('h', "its manual page", "help curve --man | man -l -")

#define GST_EXIT_LIST(X) \
X(141, "csvbptwlmgr", "the reader of a pipe has gone") \
X(130, "csvbptwmgr", "SIGINT; rows finished so far are written (143: SIGTERM)") \
X(1, NULL, "a file could not be read or written, or no memory") \
X(2, NULL, "wrong usage or a bad value, which is named; nothing is written") \
X(4, "vm", "some point disagrees") \
X(3, "csvbptwmr", "some row is loose or failed") \
X(0, NULL, "all is well")
/* clang-format on */

#endif
