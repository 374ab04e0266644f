#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# --mixture and --cluster-labels on the command line: what is refused, preambles, every command that takes them.
set -u
. "$(dirname "$0")/command.bash"
QUIET=

both="1:1.5;1:-1.5"

# ------------------------------------------------------------------ refused
m="--mixture:"
refuses "$m" curve --mixture ""
refuses "$m" curve --mixture ";"
refuses "$m" curve --mixture "1"
refuses "$m" curve --mixture "1:"
refuses "$m" curve --mixture "1:0;"
refuses "$m" curve --mixture "1:0::1"
refuses "$m" curve --mixture "1:zero"
refuses "$m" curve --mixture "1:nan"
refuses "has a weight that is not positive" curve --mixture "1:1;0:2"
refuses "has a weight that is not positive" curve --mixture "1:1;-1:2"
refuses "has a standard deviation that is not positive" curve --mixture "1:1:0"
refuses "has a standard deviation that is not positive" curve --mixture "1:1:-2"
refuses "has a standard deviation that is not positive" curve --mixture "1:1:1:0"
refuses "has not as many standard deviations as means" curve --mixture "1:1,2:1"
refuses "has not as many means as the first cluster" curve --mixture "1:1,2;1:1"
refuses "more than 4 directions" curve --mixture "1:1,2,3,4,5"
refuses "17 clusters, more than 16" curve --mixture "$(printf '1:0;%.0s' {1..16})1:0"
refuses "more parts than" curve --mixture "1:0:1:1:1"
l="--cluster-labels:"
refuses "$l" curve --mixture "$both" --cluster-labels ""
refuses "$l" curve --mixture "$both" --cluster-labels "1,0"
refuses "$l" curve --mixture "$both" --cluster-labels "1,-2"
refuses "has 1 labels for the 2 clusters" curve --mixture "$both" --cluster-labels 1
refuses "has 3 labels for the 2 clusters" curve --mixture "$both" --cluster-labels 1,-1,1
refuses "needs --mixture" curve --cluster-labels 1,-1
refuses "is excluded by --cluster-labels" curve --mixture "$both" --cluster-labels 1,-1 --target z
refuses "is excluded by --cluster-labels" curve --mixture "$both" --cluster-labels 1,-1 --labels real
refuses "z2" curve --mixture "$both" --target z1+z2
refuses "z3" curve --mixture "1:0,1" --target z3
for loss in logistic hinge squared-hinge max-margin; do
    refuses "it needs --labels sign or --cluster-labels" curve --mixture "$both" --loss $loss
done
refuses "needs --labels sign or --cluster-labels" curve --mixture "$both" --lambda opt --criterion test_class
refuses "needs --labels sign or --cluster-labels" bounds --separability --mixture "$both" --target z
refuses "needs --separability" bounds --mixture "$both"
refuses "Gaussian inputs" steps --learnability --mixture "$both"
for command in curve simulate validate spectrum steps; do
    refuses "is not a cluster" $command --mixture "1:0;" --target z
done
refuses "" twostep --mixture "$both"

# ------------------------------------------------------------------ curve
N="--mixture $both --cluster-labels 1,-1 --activation tanh(z+0.5) --second-layer 1,-0.5"
B="$N --alpha 2 --lambda 0.05"
"$G" curve $B --eta 2 >a
near "test loss" "$(column test_loss <a)" 0.15669979445 1e-9
near "train loss" "$(column train_loss <a)" 0.03578263725 1e-9
is "the preamble" "$(grep -E '^# (mixture|cluster-labels|target|labels):' a | tr '\n' ' ')" \
    "# mixture: $both # cluster-labels: 1,-1 "
grep '^#' a | sed 's/^# //; s/: / = /' >config
is "a preamble is a config file" "$("$G" curve --config config | rows)" "$(rows <a)"
is "--labels sign may be said" "$("$G" curve $B --eta 2 --labels sign | rows)" "$(rows <a)"
is "weights are relative" "$("$G" curve $B --eta 2 | rows)" \
    "$("$G" curve ${B/$both/0.25:1.5;0.25:-1.5} --eta 2 | rows)"
near "logistic" "$("$G" curve $B --eta 2 --width 300 --loss logistic | column test_class)" 0.0728336531 1e-8
is "without a mixture none is named" "$("$G" curve --alpha 2 | grep -c mixture)" 0
"$G" curve $B --eta 2 --dry-run | grep -q '^rows: 1$'; report $? "--dry-run"

# the ridge that is best for classes is better than its neighbours
S="--mixture $both --cluster-labels 1,-1 --spike 1.6,-0.8 --alpha 2 --width 300 --tol 1e-6"
"$G" curve $S --lambda opt --criterion test_class >a
best=$(column lambda <a) class=$(column test_class <a)
for factor in 0.5 2; do
    other=$("$G" curve $S --lambda "$(awk -v l="$best" -v f=$factor 'BEGIN { print l * f }')" | column test_class)
    awk -v a="$class" -v b="$other" 'BEGIN { exit !(a > 0 && a < b) }'
    report $? "--lambda opt --criterion test_class: $best gives $class, $factor of it $other"
done
share=$("$G" curve --mixture "1:1.2:0.6:0.7;2:-0.5:1:1.2" --target 'tanh(2*z)' --eta 6 --alpha0 2 --width 300 --alpha 4 \
    --lambda 1e-4 | column rare_share)
awk -v s="$share" 'BEGIN { exit !(s > 1e-9 && s < 1) }'; report $? "rare_share ($share)"

# ------------------------------------------------------------------ the other commands
"$G" simulate $B --eta 2 --alpha0 2 --d 30 --trials 2 >a 2>err; report $? "simulate"
is "simulate: a row" "$(rows <a | wc -l)" 1
"$G" simulate $B --eta 2 --alpha0 2 --d 30 --trials 2 --threads 1 | rows | cut -f 12-16 >b
is "simulate: threads do not matter" "$(rows <a | cut -f 12-16)" "$(cat b)"
near "steps: U" "$("$G" steps $N --eta 2 | rows | awk -F'\t' '$1 == 1 && $2 == 1 { print $6 }')" 1.6859788424 1e-10
"$G" steps $N --eta 2 --alpha0 3 --simulate --d 40 --trials 3 >a 2>err; report $? "steps --simulate"
has "steps --simulate: its own error" "$(cat a)" own_error_sim
"$G" spectrum --mixture "1:1.2:0.6:0.7;2:-0.5:1:1.2" --target 'tanh(2*z)' --activation 'tanh(z+0.5)' --eta 2 --alpha0 2 \
    --width 200 --d 200 --trials 4 --simulate >a 2>err; report $? "spectrum --simulate"
mean=$(sed -n 's/^# spectrum.outliers: //p' a) found=$(sed -n 's/^# spectrum.outliers_simulated: //p' a)
near "spectrum: the outlier" "$found" "$mean" 0.1
P="--mixture $both --cluster-labels 1,-1 --noise 0.2 --activation tanh(z+0.5) --eta 0.5 --alpha0 2"
"$G" bounds --separability $P --width 200 --tol 1e-6 >a 2>err; report $? "bounds --separability"
is "bounds --separability: ok" "$(column status <a)" ok
# Networks of that width have a hard margin at fewer samples and none at more: at 0.8 and 1.2 alpha_c all of them, of this
# seed, and thresholds of 200 neurons spread by a few per cent.
limit=$(column alpha_c <a)
for factor in 0.8 1.2; do
    "$G" simulate $P --d 200 --trials 3 --loss max-margin --raw \
        --alpha "$(awk -v l="$limit" -v f=$factor 'BEGIN { print l * f }')" 2>/dev/null |
        column status | sort | uniq -c | awk '{ print $1, $2 }' >statuses
    is "at $factor of alpha_c = $limit networks" "$(cat statuses)" "3 $([ $factor = 0.8 ] && echo ok || echo failed)"
done

[ $failures -eq 0 ]
