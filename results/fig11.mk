# SPDX-License-Identifier: GPL-3.0-or-later
FIGURES += results/fig11.png $(BUILD)/figures/fig11.pdf

fig11_layer1 := 3:1
fig11_layer2 := 3:1,-3:1
fig11_layer3 := 3:1,1:1,-2:1
fig11_layer4 := 3:1,1:1,-1:1,-3:1
fig11_theory := $(foreach k,1 2 3 4,$(BUILD)/results/fig11-$(k).tsv)

results/fig11.png $(BUILD)/figures/fig11.pdf: $(fig11_theory) results/fig11-networks.tsv

$(BUILD)/results/fig11-%.tsv: results/fig11.conf $(PROGRAM)
	$(call table,curve --config $< --second-layer $(fig11_layer$*) --width 2048 --alpha 0.3:6.3:121)

# The simulations take minutes and their table is kept.  Made again by `make networks-fig11`.
NETWORKS += results/fig11-networks.tsv
.PHONY: networks-fig11
networks-fig11: results/fig11.conf $(PROGRAM)
	@rm -f results/fig11-networks.tsv.new
	@for k in 1:$(fig11_layer1) 2:$(fig11_layer2) 3:$(fig11_layer3) 4:$(fig11_layer4); do \
	    $(PROGRAM) simulate --config $< --second-layer $${k#*:} --d 1365 --trials 3 --quiet \
	        --alpha 0.375,0.75,1.125,1.5,2.25,3,4.5,6 >$(BUILD)/fig11.tsv || exit 1; \
	    awk -v k=$${k%%:*} 'BEGIN { OFS = "\t" } /^#/ { if (k == 1 && !/^# run/ && !/second-layer/) print; next } \
	        { head = $$1 == "eta"; if (!head || k == 1) \
	          print (head ? "groups" : k), $$7, $$9, $$10, $$11, $$12, $$13 }' $(BUILD)/fig11.tsv \
	        >>results/fig11-networks.tsv.new; \
	done
	@mv results/fig11-networks.tsv.new results/fig11-networks.tsv
