#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Spectra of the inputs on the command line: rows, preambles, files, notes, what is refused.
set -u
. "$(dirname "$0")/command.bash"
QUIET=

within() { # name, got, wanted, tolerance
    awk -v a="$2" -v b="$3" -v t="$4" 'BEGIN { d = a - b; exit !(d <= t && -d <= t) }'
    report $? "$1 ($2, $3)"
}

column() { # of the last row
    awk -F'\t' -v name="$1" '!/^#/ { if (!n) { for (n = 1; n <= NF && $n != name;) n++ } else if (NF) value = $n }
        END { print value }'
}

A="--activation tanh --target sin --alpha 3 --lambda 0.05 --noise 0.05"
TWO="--covariance levels:1.6,0.5;0.4,0.5"

# ------------------------------------------------------------------ curve
within "two levels, untrained" "$("$G" curve $A $TWO --alpha0 0 2>err | column test_error)" .251667129451 6e-13
within "two levels, a step" "$("$G" curve $A $TWO --eta 3 2>err | column test_error)" .118838694407 6e-13
is "identity is the default" "$("$G" curve $A --eta 3 --covariance identity 2>err | rows)" \
    "$("$G" curve $A --eta 3 2>err | rows)"
is "the preamble has the spectrum" "$("$G" curve $A $TWO --teacher-source 1 2>err | grep -c -e '^# covariance: levels:1.6,0.5;0.4,0.5$' \
    -e '^# covariance.scaling: eigenvalues of mean 1' -e '^# teacher-source: 1$')" 3
is "without one it has none" "$("$G" curve $A 2>err | grep -c covariance)" 0

# ------------------------------------------------------------------ files
for k in $(seq 20); do echo "1.6"; echo 0.4; done >levels.txt
within "a line per eigenvalue" "$("$G" curve $A --covariance file:levels.txt --eta 3 2>err | column test_error)" .118838694407 6e-13
printf '# omega weight energy\n0.8 1 3\n0.2, 1, 3 # as isotropic\n' >energies.txt
within "weights and energies" "$("$G" curve $A --covariance file:energies.txt --eta 3 2>err | column test_error)" .118838694407 6e-13
cat >run.conf <<END
covariance = file:levels.txt
eta = 3
END
within "from a config file" "$("$G" curve $A --config run.conf 2>err | column test_error)" .118838694407 6e-13
"$G" curve $A --covariance file:levels.txt --eta 1,2,3 --shard 1/2 --output a.tsv 2>err
"$G" curve $A --covariance file:levels.txt --eta 1,2,3 --shard 2/2 --output b.tsv 2>err
is "shards" "$("$G" merge a.tsv b.tsv 2>err | rows)" "$("$G" curve $A --covariance file:levels.txt --eta 1,2,3 2>err | rows)"

# ------------------------------------------------------------------ other commands
within "steps" "$("$G" steps --activation tanh --target sin --eta 3 --input-covariance 'levels:1.6,0.5;0.4,0.5' 2>err | column U_1)" \
    1.498906166 1e-9
is "steps: --covariance is its flag" \
    "$("$G" steps --activation tanh --target sin --eta 3 --covariance --input-covariance 'levels:1.6,0.5;0.4,0.5' 2>err | grep -v '^#' | head -n 1 | tr '\t' ' ')" \
    "step group a fraction c U_1 error status C_1_1 C_1_2 C_2_1 C_2_2 own_error"
is "bounds" "$("$G" bounds --activation tanh --target sin --eta 3 $TWO 2>err | column status)" ok
is "spectrum" "$("$G" spectrum --activation tanh --target sin --eta 3 $TWO --moments 0.1,1 2>err | column status)" ok
is "simulate" "$("$G" simulate $A $TWO --eta 3 --d 50 --trials 2 2>err | column status)" ok
is "simulate: steps without a theory" "$("$G" simulate $A $TWO --eta 1 --alpha0 2 --steps 2 --d 50 --trials 2 2>err | column status)" ok
is "a loss" "$("$G" curve $A $TWO --eta 1 --alpha0 2 --labels sign --loss logistic 2>err | column status)" ok

# ------------------------------------------------------------------ a note
note() { "$G" "$@" 2>&1 >/dev/null | grep -c 'outside the proportional limit'; }
is "a heavy spectrum" "$(note curve $A --covariance power:1 --width 400 --eta 0.1)" 1
is "of networks" "$(note simulate $A --covariance power:1 --d 40 --trials 1 --eta 0.1)" 1
is "a light one" "$(note curve $A $TWO --width 4000 --eta 3)" 0
is "no size, no note" "$(note curve $A --covariance power:1:0.001 --eta 0.1)" 0

# ------------------------------------------------------------------ explicit eigenvectors
for k in $(seq 400); do awk -v k="$k" 'BEGIN { printf "%.17g\n", 1/k }'; done >power.txt
E="$A --covariance file:power.txt --width 400"
within "plain, untrained" "$("$G" curve $E --alpha0 0 2>err | column test_error)" .210194258006 6e-13
within "one explicit, untrained" "$("$G" curve $E --alpha0 0 --explicit 1 2>err | column test_error)" .204902047564 6e-13
within "one explicit, train error" "$("$G" curve $E --alpha0 0 --explicit 1 2>err | column train_error)" .110996740388 6e-13
within "one explicit, a step" "$("$G" curve $E --eta 0.1 --explicit 1 2>err | column test_error)" .20085 6e-6
within "two explicit, untrained" "$("$G" curve $E --alpha0 0 --explicit 2 2>err | column test_error)" .20271 6e-6
is "none is the plain theory" "$("$G" curve $E --alpha0 0 --explicit 0 2>err | rows)" "$("$G" curve $E --alpha0 0 2>err | rows)"
refuses "--explicit: '1' needs --covariance" curve --explicit 1 --width 400
refuses "--explicit: '1' needs one dimension" curve --explicit 1 --covariance file:power.txt
refuses "--explicit: 3 eigenvectors, not 1 or 2" curve --explicit 3 --covariance file:power.txt --width 400
refuses "eigenvalue 1 of the --covariance has 0.75 eigenvectors" curve --explicit 1 --covariance file:power.txt --width 300
refuses "for a --target of one variable" curve --explicit 1 --covariance power:1 --width 400 --target 'z1*z2'
refuses "at --alpha0 inf or 0 only" curve --explicit 1 --covariance power:1 --width 400 --alpha0 2
refuses "more than 64" curve --explicit 2 --covariance power:1 --width 400 --second-layer gaussian:8

# ------------------------------------------------------------------ refused
refuses "--covariance: 'foo' is none of" curve --covariance foo
refuses "--input-covariance: 'foo' is none of" steps --input-covariance foo
refuses "--covariance: 'power:1' needs a shift" curve --covariance power:1
refuses "--covariance: 'power:1' needs a shift" validate --covariance power:1 --d 50,100
refuses "the shift 0 is not positive" curve --covariance power:1:0
refuses "the power -1 is negative" curve --covariance power:-1:1
refuses "'1' is not a level" curve --covariance levels:1
refuses "the weight 0 is not positive" curve --covariance levels:1,0
refuses "the eigenvalue -1 is not positive" curve --covariance 'levels:2,1;-1,1'
refuses "No such file" curve --covariance file:none
printf '1 1\n2\n' >bad.txt
refuses "bad.txt:2: has not as many" curve --covariance file:bad.txt
printf '1\n\n1e999\n' >bad.txt
refuses "bad.txt:3: is not omega" curve --covariance file:bad.txt
printf '1 1 1\n' >bad.txt
refuses "energies of 1 directions for the 2 variables of --target" curve --covariance file:bad.txt --target 'z1*z2'
refuses "--teacher-source: 2 is excluded" curve --covariance file:bad.txt --teacher-source 2
refuses "--teacher-source: 1e+06 makes the teacher's variance inf" curve --covariance power:1:1e-3 --teacher-source 1e6
refuses "--teacher-source: '1' needs --covariance" curve --teacher-source 1
refuses "--covariance: 'levels:1,1' is excluded by --mixture" curve --covariance levels:1,1 --mixture 1:0
refuses "--spike: given ones have an isotropic bulk" curve --covariance levels:1,1 --spike 1
refuses "not of 2 steps on finite batches" curve --covariance levels:1,1 --steps 2 --alpha0 1
refuses "covariance" simulate --covariance levels:1,1 --alpha0 1 --weights srf --bulk isotropic
refuses "covariance" twostep --covariance levels:1,1

[ $failures -eq 0 ]
