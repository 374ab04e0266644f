# SPDX-License-Identifier: GPL-3.0-or-later
FIGURES += results/fig7.png $(BUILD)/figures/fig7.pdf
NETWORKS += results/fig7-networks.tsv

results/fig7.png $(BUILD)/figures/fig7.pdf: results/fig7-networks.tsv

# Theory and networks are one table of `steps'.
networks-fig7: results/fig7-networks.conf $(PROGRAM)
	@mkdir -p $(BUILD)/results
	$(PROGRAM) steps --config $< --force --output $(BUILD)/results/fig7-networks.tsv
	@sed '/^# run\./d' $(BUILD)/results/fig7-networks.tsv >results/fig7-networks.tsv
