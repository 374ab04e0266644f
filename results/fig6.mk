# SPDX-License-Identifier: GPL-3.0-or-later
FIGURES += results/fig6.png $(BUILD)/figures/fig6.pdf
NETWORKS += results/fig6-networks.tsv

results/fig6.png $(BUILD)/figures/fig6.pdf: $(BUILD)/results/fig6-theory.tsv $(BUILD)/results/fig6-floors.tsv \
                                            results/fig6-networks.tsv

$(BUILD)/results/fig6-theory.tsv: results/fig6.conf $(PROGRAM)
	$(call table,curve --config $<)

$(BUILD)/results/fig6-floors.tsv: $(PROGRAM)
	$(call table,steps --learnability --target 'z1+z1*z2+z1*z2*z3')
