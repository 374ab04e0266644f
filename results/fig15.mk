# SPDX-License-Identifier: GPL-3.0-or-later
FIGURES += results/fig15.png $(BUILD)/figures/fig15.pdf
NETWORKS += results/fig15-networks.tsv

results/fig15.png $(BUILD)/figures/fig15.pdf: $(BUILD)/results/fig15-theory.tsv results/fig15-networks.tsv

$(BUILD)/results/fig15-theory.tsv: results/fig15.conf $(PROGRAM)
	$(call table,curve --config $<)
