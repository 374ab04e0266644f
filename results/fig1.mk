# SPDX-License-Identifier: GPL-3.0-or-later
FIGURES += results/fig1.png $(BUILD)/figures/fig1.pdf
NETWORKS += results/fig1-networks.tsv

results/fig1.png $(BUILD)/figures/fig1.pdf: $(BUILD)/results/fig1.tsv $(BUILD)/results/fig1-bounds.tsv \
                                            results/fig1-networks.tsv

$(BUILD)/results/fig1.tsv: results/fig1.conf $(PROGRAM)
	$(call table,curve --config $<)

$(BUILD)/results/fig1-bounds.tsv: $(PROGRAM)
	$(call table,bounds --activation tanh --target sin --eta 1:3:2)
