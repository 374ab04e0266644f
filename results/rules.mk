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

# $(call table,ARGUMENTS OF giantstep); the conf file, if there is one, is the first prerequisite.
# COARSE=yes: six points on every range of the conf file.  `make check` draws the figures like that, with a BUILD
# of their own, to see that they can be drawn.
define table
@mkdir -p $(@D)
@echo "  table $@"
$(if $(COARSE),$(Q)sed -E 's/:[0-9][0-9]+(:log)?$$/:6\1/' $(filter %.conf,$<) /dev/null >$@.conf)
$(Q)$(PROGRAM) $(if $(COARSE),$(subst $<,$@.conf,$(1)),$(1)) --quiet --force --output $@.new
@mv $@.new $@
endef

# The simulations take long, so their tables are kept here; `make figures-long' makes them again.  Where and
# when a run took place is left out.
networks-%: results/%-networks.conf $(PROGRAM)
	@mkdir -p $(BUILD)/results
	$(PROGRAM) simulate --config $< --force --output $(BUILD)/results/$*-networks.tsv
	@sed '/^# run\./d' $(BUILD)/results/$*-networks.tsv >results/$*-networks.tsv

# Are the networks of a figure with one width what the theory at that width says?  make agree-fig1, agree-fig4.
agree-%: results/%-networks.conf $(PROGRAM)
	@mkdir -p $(BUILD)/results
	@sed '/^d =/d; /^trials =/d' $< >$(BUILD)/results/$*-points.conf
	@width=$$(awk -F'\t' '/^eta/ { while ($$++c != "p"); next } !/^#/ && NF { print $$c; exit }' results/$*-networks.tsv); \
	$(PROGRAM) curve --config $(BUILD)/results/$*-points.conf --width $$width --quiet 2>/dev/null \
	    --output $(BUILD)/results/$*-points.tsv
	@awk -F '\t' -v brief=1 -f results/student.awk -f results/demo.awk $(BUILD)/results/$*-points.tsv results/$*-networks.tsv

results/%.png: results/%.gp results/style.gp
	$(draw)

$(BUILD)/figures/%.pdf: results/%.gp results/style.gp
	$(draw)
