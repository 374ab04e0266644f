# SPDX-License-Identifier: GPL-3.0-or-later
# How a figure is drawn: results/NAME.gp on the tables named in results/NAME.mk.  The png is kept beside its
# sources, for the README files; the pdf, for papers, goes to $(BUILD)/figures/.
define draw
@mkdir -p $(@D)
@echo "  figure $@"
$(Q)LC_ALL=C.UTF-8 $(GNUPLOT) -e "format = '$(subst .,,$(suffix $@))'; data = '$(BUILD)/results'; output = '$@.new'" $<
@mv $@.new $@
endef

comma := ,

# $(call table,ARGUMENTS OF giantstep)
define table
@mkdir -p $(@D)
@echo "  table $@"
$(Q)$(PROGRAM) $(1) --quiet --output $@.new
@mv $@.new $@
endef

# The simulations take long, so their tables are kept here; `make figures-long' makes them again.  Where and
# when a run took place is left out.
networks-%: results/%-networks.conf $(PROGRAM)
	@mkdir -p $(BUILD)/results
	$(PROGRAM) simulate --config $< --output $(BUILD)/results/$*-networks.tsv
	@sed '/^# run\./d' $(BUILD)/results/$*-networks.tsv >results/$*-networks.tsv

results/%.png: results/%.gp results/style.gp
	$(draw)

$(BUILD)/figures/%.pdf: results/%.gp results/style.gp
	$(draw)
