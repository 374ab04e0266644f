# SPDX-License-Identifier: GPL-3.0-or-later
FIGURES += results/fig24.png $(BUILD)/figures/fig24.pdf
NETWORKS += results/fig24-networks.tsv

fig24_flat := --covariance identity
fig24_levels := --covariance levels:3.4,0.2;0.4,0.8
fig24_power := --covariance power:1:0.05
fig24_tables := $(foreach name,flat levels power,$(BUILD)/results/fig24-$(name).tsv)

results/fig24.png $(BUILD)/figures/fig24.pdf: $(fig24_tables) results/fig24-networks.tsv

$(BUILD)/results/fig24-%.tsv: results/fig24.conf $(PROGRAM)
	@mkdir -p $(@D)
	@echo "  table $@"
	$(Q)$(PROGRAM) curve --config $< $(foreach word,$(fig24_$*),'$(word)') --alpha0 0,2,inf $(if $(COARSE),--alpha 0.2:10:6:log) \
	    --quiet --output $@ --force

.PHONY: networks-fig24
networks-fig24: results/fig24-networks.conf $(fig24_tables) $(PROGRAM)
	@for name in flat levels power; do \
	    case $$name in flat) set -- $(foreach word,$(fig24_flat),'$(word)');; levels) set -- $(foreach word,$(fig24_levels),'$(word)');; \
	        *) set -- $(foreach word,$(fig24_power),'$(word)');; esac; \
	    $(PROGRAM) simulate --config $< "$$@" --alpha0 0,2,inf --quiet >$(BUILD)/results/fig24-rows.tsv || exit 1; \
	    awk -v name=$$name '/^#/ || !NF { next } /^eta/ { if (name == "flat") print "spectrum\t" $$0; next } \
	        { print name "\t" $$0 }' $(BUILD)/results/fig24-rows.tsv; \
	done >results/fig24-networks.tsv.new
	@mv results/fig24-networks.tsv.new results/fig24-networks.tsv
