# SPDX-License-Identifier: GPL-3.0-or-later
FIGURES += results/fig1a.png $(BUILD)/figures/fig1a.pdf

results/fig1a.png $(BUILD)/figures/fig1a.pdf: $(BUILD)/results/fig1a.tsv $(BUILD)/results/fig1a-bounds.tsv

$(BUILD)/results/fig1a.tsv: results/fig1a.conf $(PROGRAM)
	$(call table,curve --config $<)

$(BUILD)/results/fig1a-bounds.tsv: $(PROGRAM)
	$(call table,bounds --activation tanh --target sin --eta 1:3:2)
