# SPDX-License-Identifier: GPL-3.0-or-later
FIGURES += results/fig4.png $(BUILD)/figures/fig4.pdf
NETWORKS += results/fig4-networks.tsv

results/fig4.png $(BUILD)/figures/fig4.pdf: $(BUILD)/results/fig4-exact.tsv $(BUILD)/results/fig4-isotropic.tsv \
                                            results/fig4-networks.tsv

$(BUILD)/results/fig4-%.tsv: results/fig4.conf $(PROGRAM)
	$(call table,curve --config $< --bulk $*)
