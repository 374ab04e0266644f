# SPDX-License-Identifier: GPL-3.0-or-later
FIGURES += results/fig5.png $(BUILD)/figures/fig5.pdf

results/fig5.png $(BUILD)/figures/fig5.pdf: $(BUILD)/results/fig5-exact.tsv $(BUILD)/results/fig5-isotropic.tsv

$(BUILD)/results/fig5-%.tsv: results/fig5.conf $(PROGRAM)
	$(call table,curve --config $< --bulk $*)
