# SPDX-License-Identifier: GPL-3.0-or-later
FIGURES += results/fig18.png $(BUILD)/figures/fig18.pdf
NETWORKS += results/fig18-networks.tsv

fig18_losses := squared logistic hinge

results/fig18.png $(BUILD)/figures/fig18.pdf: $(fig18_losses:%=$(BUILD)/results/fig18-%.tsv) results/fig18-networks.tsv

$(BUILD)/results/fig18-%.tsv: results/fig18.conf $(PROGRAM)
	$(call table,curve --config $< --loss $*)

# The three losses have the same data; one table, the loss in front.
.PHONY: networks-fig18
networks-fig18: results/fig18-networks.conf $(PROGRAM)
	@mkdir -p $(BUILD)/results
	@for loss in $(fig18_losses); do \
	    $(PROGRAM) simulate --config $< --loss $$loss --quiet --force --output $(BUILD)/results/fig18-rows.tsv || exit 1; \
	    awk -v loss=$$loss '/^#/ || !NF { next } /^eta/ { if (loss == "squared") print "loss\t" $$0; next } \
	        { print loss "\t" $$0 }' $(BUILD)/results/fig18-rows.tsv; \
	done >results/fig18-networks.tsv.new
	@mv results/fig18-networks.tsv.new results/fig18-networks.tsv
