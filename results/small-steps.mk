# SPDX-License-Identifier: GPL-3.0-or-later
FIGURES += results/small-steps.png $(BUILD)/figures/small-steps.pdf
NETWORKS += results/small-steps-networks.tsv

results/small-steps.png $(BUILD)/figures/small-steps.pdf: $(BUILD)/results/small-steps.tsv results/small-steps-networks.tsv

$(BUILD)/results/small-steps.tsv: results/small-steps.conf $(PROGRAM)
	$(call table,curve --config $<)
