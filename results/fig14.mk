# SPDX-License-Identifier: GPL-3.0-or-later
FIGURES += results/fig14.png $(BUILD)/figures/fig14.pdf

results/fig14.png $(BUILD)/figures/fig14.pdf: $(BUILD)/results/fig14.tsv

$(BUILD)/results/fig14.tsv: results/fig14.conf $(PROGRAM)
	$(call table,twostep --config $< --map)
