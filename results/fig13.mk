# SPDX-License-Identifier: GPL-3.0-or-later
FIGURES += results/fig13.png $(BUILD)/figures/fig13.pdf
NETWORKS += results/fig13-networks.tsv

results/fig13.png $(BUILD)/figures/fig13.pdf: $(BUILD)/results/fig13.tsv results/fig13-networks.tsv

# $(call fig13-rows,VALUES OF PHI,OPTIONS): tables one after the other, target and phi before their columns.
fig13-rows = @for phi in $(1); do for name in sines tanh; do \
    target=$$name; test $$name = tanh || target='sin(2*z)-2*exp(-1.5)*sin(z)'; \
    $(PROGRAM) twostep --config results/fig13.conf --target "$$target" --phi $$phi $(2) --quiet | \
    awk -v name=$$name -v phi=$$phi '/^\#/ || !NF { next } !head++ { if (phi == $(firstword $(1)) && name == "sines") \
        print "target\tphi\t" $$0; next } { print name "\t" phi "\t" $$0 }' || exit 1; done; done

$(BUILD)/results/fig13.tsv: results/fig13.conf $(PROGRAM)
	@mkdir -p $(@D)
	$(call fig13-rows,0.01 0.014 0.02 0.028 0.04 0.056 0.08 0.11 0.16 0.22 0.32 0.45 0.63 0.9 1.26 1.8 2.5 3.6 5 7 10) >$@.new
	@mv $@.new $@

# Alignments do not depend on the width: a narrow one is quick.
.PHONY: networks-fig13
networks-fig13: $(PROGRAM)
	$(call fig13-rows,0.03 0.1 0.3 1 3,--simulate --loss correlation --d 1000 --beta 0.05 --trials 10) >results/fig13-networks.tsv
