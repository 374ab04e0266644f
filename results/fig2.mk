# SPDX-License-Identifier: GPL-3.0-or-later
FIGURES += results/fig2.png $(BUILD)/figures/fig2.pdf

results/fig2.png $(BUILD)/figures/fig2.pdf: $(BUILD)/results/fig2-eta1.tsv $(BUILD)/results/fig2-eta3.tsv

$(BUILD)/results/fig2-eta%.tsv: results/fig2.conf $(PROGRAM)
	$(call table,bounds --config $< --eta $*)
