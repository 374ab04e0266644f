#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Labels of +-1 and losses on the command line: columns, preambles, what is refused, separability, resuming.
set -u
. "$(dirname "$0")/command.bash"
QUIET=

header() { grep -v '^#' | head -n 1 | tr '\t' ' '; }

# A spike, so that the theory needs no training.
M="--spike 1.3823769947 --target z --noise 0.1 --alpha 2"
S="$M --lambda 0.01"

# ------------------------------------------------------------------ curve
base="eta alpha0 steps noise beta lambda width alpha excess_risk test_error train_error residual quad_error \
iterations status rare_share"
losses="test_loss train_loss test_class train_class"
is "columns: squared loss" "$("$G" curve $S | header)" "$base"
is "columns: --loss squared, --labels real" "$("$G" curve $S --loss squared --labels real | header)" "$base"
is "columns: --loss" "$("$G" curve $S --loss huber:0.3 | header)" "$base $losses"
is "columns: --labels sign" "$("$G" curve $S --labels sign | header)" "$base $losses"
is "columns: order parameters follow" "$("$G" curve $S --loss huber:0.3 --order-parameters --timing | header)" \
    "$base $losses V1_1_1 V2_1 m_1 theta_1_1 eps_1 Q_1_1 q2_1 seconds"
is "rows of --loss squared" "$("$G" curve $S --loss squared --labels real | rows)" "$("$G" curve $S | rows)"
"$G" curve $S --labels sign --loss logistic >a
is "labels are in the preamble" "$(grep -E '^# (labels|loss|criterion|step-loss|separability):' a | tr '\n' ' ')" \
    "# labels: sign # loss: logistic "
is "and absent without" "$("$G" curve $S | grep -cE '^# (labels|loss|criterion|step-loss|separability):')" 0
grep '^#' a | sed 's/^# //; s/: / = /' >config
is "a preamble is a config file" "$("$G" curve --config config | rows)" "$(rows <a)"
# theory note, A1, with an isotropic covariance of the special directions
near "test loss" "$(column test_loss <a)" 0.360466675492 2e-6
near "class error" "$(column test_class <a)" 0.123171212945 5e-6
near "train loss" "$(column train_loss <a)" 0.047047912491 2e-5
is "classes of real labels are nan" "$("$G" curve $S --loss huber:0.3 | column test_class)" nan
is "the loss of a hard margin is nan" "$("$G" curve $S --labels sign --loss max-margin | column test_loss)" nan
is "sign labels and the squared loss: half the square" \
    "$("$G" curve $S --labels sign --tol 1e-8 | rows | awk -F'\t' '{ d = $17 - $10 / 2; print (d < 1e-7 && d > -1e-7) }')" 1
err=$("$G" curve $M --labels sign --loss logistic --lambda 0 --tol 1e-8 2>&1 >/dev/null)
has "a note of rows that are ok" "$err" '^giantstep: 1 of 1 rows: samples are fitted without loss'
"$G" curve $S --labels sign --loss logistic --dry-run | grep -q '^rows: 1$'; report $? "--dry-run"
"$G" curve $S --labels sign --loss logistic --format json >a.json && grep -q '"test_class"' a.json; report $? "json"

# the ridge that is best for another number
H="--activation tanh(z+0.3) --spike 1.3 --noise 0.3 --alpha 2 --tol 1e-6"
R="$H --target tanh(2*z) --loss huber:0.5"
C="$H --target z --labels sign --width 300"
better() { # name, column, table with the lower, table with the higher
    awk -v a="$(column "$2" <"$3")" -v b="$(column "$2" <"$4")" 'BEGIN { exit !(a < b) }'; report $? "$1"
}
"$G" curve $R --lambda opt >excess && "$G" curve $R --lambda opt --criterion test_loss >loss
better "--criterion test_loss: a lower one" test_loss loss excess
better "the excess risk is higher" excess_risk excess loss
is "--criterion excess_risk is the default" "$("$G" curve $R --lambda opt --criterion excess_risk | rows)" "$(rows <excess)"
near "--optimise lambda knows it" "$("$G" curve $R --optimise lambda --lambda 1:100:5:log --criterion test_loss | column lambda)" \
    "$(column lambda <loss)" 1e-3
"$G" curve $C --lambda opt >excess && "$G" curve $C --lambda opt --criterion test_class >class
better "--criterion test_class: a lower one" test_class class excess

# ------------------------------------------------------------------ bounds --separability
"$G" bounds --separability --labels sign --spike 1.3823769947 --target z --noise 0.1 --width inf,400 --tol 1e-8 >a
is "columns: separability" "$(header <a)" "eta alpha0 steps noise beta width alpha_c error status"
near "alpha_c" "$(column alpha_c <a | head -n 1)" 6.0771051232 1e-5
near "alpha_c at p = 400" "$(column alpha_c <a | tail -n 1)" 6.06404 1e-5
is "beyond it no hard margin" "$("$G" curve --spike 1.3823769947 --target z --noise 0.1 --labels sign --loss max-margin \
    --alpha 6.2 2>/dev/null | column status)" failed
is "before it there is one" "$("$G" curve --spike 1.3823769947 --target z --noise 0.1 --labels sign --loss max-margin \
    --alpha 4.5 --tol 1e-6 | column status)" ok
near "its class error" "$("$G" curve --spike 1.3823769947 --target z --noise 0.1 --labels sign --loss max-margin \
    --alpha 4.5 --tol 1e-6 | column test_class)" 0.1577601607 1e-5
is "bounds without it: no new parameter" "$("$G" bounds | sed -n 's/^# \([a-z0-9-]*\):.*/\1/p' | tr '\n' ' ')" \
    "activation target second-layer eta alpha0 steps tol functions format "
"$G" bounds --separability --labels sign --spike 1 --target z --noise 0.1:0.9:65 --tol 1e-3 --output whole.tsv --quiet
for i in 1 2; do
    "$G" bounds --separability --labels sign --spike 1 --target z --noise 0.1:0.9:65 --tol 1e-3 --shard $i/2 \
        --output part$i.tsv --quiet
done
"$G" merge part1.tsv part2.tsv --output both.tsv; report $? "merge of the shards"
is "shards make the table" "$(rows <both.tsv)" "$(rows <whole.tsv)"
sed -i '5,$s/^\(\([^\t]*\t\)\{3\}\)0.1\t/\10.11\t/' part1.tsv
"$G" merge part1.tsv part2.tsv --output never 2>/dev/null; is "a changed axis of a shard: exit 2" $? 2
"$G" bounds --separability --labels sign --spike 1 --target z --dry-run | grep -q '^models: 1$'; report $? "separability --dry-run"

# ------------------------------------------------------------------ simulate
N="--alpha0 2 --target z --noise 0.1 --d 30 --trials 3 --quiet"
simulated="eta alpha0 steps noise beta lambda alpha d p n trials excess_risk excess_risk_sem test_error test_error_sem \
train_error train_error_sem status"
is "columns: simulate" "$("$G" simulate $N --labels sign --loss hinge --timing | header)" "$simulated test_loss \
test_loss_sem train_loss train_loss_sem test_class test_class_sem train_class train_class_sem seconds"
is "columns: simulate --raw" "$("$G" simulate $N --loss huber:1 --raw | header)" "eta alpha0 steps noise beta lambda alpha d p n \
replicate excess_risk test_error train_error status test_loss train_loss test_class train_class"
is "columns: simulate as ever" "$("$G" simulate $N --loss squared | header)" "$simulated"
is "rows of --loss squared" "$("$G" simulate $N --loss squared --labels real | rows)" "$("$G" simulate $N | rows)"
grid=($N --labels sign --loss logistic --lambda 0.01,0.1 --alpha 0.5,2)
is "a replicate shares nothing but draws" "$("$G" simulate "${grid[@]}" | rows | sed -n 4p | cut -f 6,12,19)" \
    "$("$G" simulate $N --labels sign --loss logistic --lambda 0.1 --alpha 2 | rows | cut -f 6,12,19)"
"$G" simulate "${grid[@]}" --threads 1 | rows >one
"$G" simulate "${grid[@]}" --threads 3 | rows | cmp -s - one; report $? "the same bytes on three threads"
"$G" simulate $N --labels sign --loss hinge | rows >hinge
"$G" simulate $N --labels sign --loss logistic | rows | cmp -s - hinge && report 1 "the loss matters" || report 0 "the loss matters"
"$G" simulate $N --labels sign --step-loss logistic | rows >logistic
"$G" simulate $N --labels sign | rows | cmp -s - logistic && report 1 "the step loss matters" || report 0 "the step loss matters"
"$G" simulate --alpha0 2 --target z --noise 0.5 --d 30 --trials 2 --quiet --labels sign --loss max-margin --alpha 5 >a 2>err
is "no hard margin: exit 3" $? 3
has "and why" "$(cat err)" 'rows failed: no readout classifies all samples'
is "and nan" "$(column test_class <a)$(column status <a)" nanfailed
"$G" simulate "${grid[@]}" --output sim.tsv
is "--resume of a whole table" "$("$G" simulate "${grid[@]}" --output sim.tsv --resume 2>&1; rows <sim.tsv)" "$(cat one)"

"$G" simulate "${grid[@]}" --test-samples 50 --dry-run | grep -q '^rows: 4$'; report $? "simulate --dry-run"

# ------------------------------------------------------------------ validate
V="--spike 1 --target z --noise 0.3 --labels sign --lambda 0.5 --d 20,40,80 --trials 5 --tol 1e-6 --quiet"
"$G" validate $V --loss logistic >a 2>err
is "columns: validate" "$(header <a)" "eta alpha0 steps noise beta lambda alpha d p trials theory_excess limit_excess sim_excess \
sim_sem z theory_train sim_train sim_train_sem z_train verdict theory_test_loss sim_test_loss sim_test_loss_sem z_test_loss \
theory_test_class sim_test_class sim_test_class_sem z_test_class"
has "validate: four tests" "$(cat a)" '^# verdict\.tests: 4$'
has "validate: real labels have no classes" "$("$G" validate --spike 1 --loss huber:1 --d 20,40,80 --trials 4 --tol 1e-6 --quiet 2>/dev/null)" \
    '^# verdict\.tests: 3$'
has "validate: two tests as ever" "$("$G" validate --spike 1 --d 20,40,80 --trials 4 --quiet 2>/dev/null)" '^# verdict\.tests: 2$'
awk -F'\t' '!/^#/ && $1 != "eta" { bad += ($22 - $21) / $23 - $24 > 1e-9 || ($26 - $25) / $27 - $28 > 1e-9 }
    END { exit bad > 0 }' a; report $? "z of losses and classes"
is "validate --dry-run counts tests" "$("$G" validate $V --loss logistic --dry-run | sed -n 's/^tests: //p')" 4
# a theory of other labels than the networks' is found out, by the classes too
"$G" validate --spike 1 --target z --labels sign --noise 0.3 --alpha 1.5 --lambda 0.5 --d 30,60,120 --trials 40 --loss logistic --quiet >a 2>err
is "validate: agrees" "$?$(column verdict <a | sort -u)" 0agree

# trained networks: theory and steps both of labels +-1
"$G" validate --activation 'tanh(z+0.5)' --target z --labels sign --noise 0.1 --eta 3 --alpha0 2 --alpha 2 --lambda 0.5 \
    --loss squared --d 61,120,240 --trials 60 --quiet >a 2>err
is "validate: networks trained on signs" "$?$(column verdict <a | sort -u)" 0agree

# ------------------------------------------------------------------ bad input
margin="is a loss of labels +1 and -1: it needs --labels sign"
for loss in logistic hinge squared-hinge max-margin; do refuses "--loss: '$loss' $margin" curve --loss $loss; done
refuses "--step-loss: 'logistic' $margin" simulate --step-loss logistic --alpha0 2
for loss in huber huber:0 huber:-1 huber:x huber:inf hinge:2 logit ''; do
    refuses '--loss:' curve --labels sign --loss "$loss"
done
for loss in hinge squared-hinge max-margin huber cone; do
    refuses "--step-loss: '$loss' is not one of squared, logistic, huber:DELTA" curve --labels sign --step-loss $loss
done
refuses "--labels: 'signs' is not one of real|sign" curve --labels signs
for method in damped enclose; do
    refuses "--method: '$method'" curve --loss huber:1 --method $method
    refuses "--method: '$method'" validate --labels sign --method $method
done
refuses "--criterion: 'test_loss' needs --lambda opt" curve --criterion test_loss
refuses "--criterion: 'test_class' needs --labels sign" curve --lambda opt --criterion test_class
refuses "--criterion: 'risk' is not one of" curve --lambda opt --criterion risk
refuses "--criterion: 'test_loss' is not what --optimise eta minimises" curve --optimise eta,lambda --criterion test_loss
refuses "--loss: 'max-margin' does not depend on the ridge" curve --labels sign --loss max-margin --lambda opt
refuses "--step-loss: 'huber:1' is excluded by --spike" curve --spike 1 --step-loss huber:1
refuses '--criterion: not an option of simulate' simulate --criterion test_loss
refuses '--loss: not an option of bounds' bounds --loss hinge
refuses "--loss: 'logistic' is not one of squared|correlation" twostep --loss logistic
refuses '--separability: ' bounds --separability
refuses "--functions: 'yes' does not go with --separability" bounds --separability --labels sign --functions
for option in '--labels sign' '--step-loss huber:1' '--spike 1' '--noise 0.1' '--beta 2' '--width 100' '--bulk exact'; do
    refuses 'needs --separability' bounds $option
done

[ "$failures" = 0 ]
