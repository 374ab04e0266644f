# SPDX-License-Identifier: GPL-3.0-or-later
FIGURES += results/fig20.png $(BUILD)/figures/fig20.pdf
NETWORKS += results/fig20-networks.tsv

results/fig20.png $(BUILD)/figures/fig20.pdf: $(BUILD)/results/fig20.tsv results/fig20-networks.tsv

$(BUILD)/results/fig20.tsv: results/fig20.conf $(PROGRAM)
	$(call table,curve --config $<)
