/* SPDX-License-Identifier: GPL-3.0-or-later */
/* covariance_power.c - the spectrum omega(u) ~ (u + shift)^-a, u uniform on (0, 1) (docs/theory, inputs of any covariance).
 *
 * With t = ln(u + shift) averages are integrals of exp(t) F(exp(-a t)) over an interval of half length h, and what is
 * averaged, rational functions of omega, has its nearest poles at Im t = +-pi/a: a Gauss rule of n nodes converges as
 * rho^(-2n), rho = x + sqrt(1 + x^2), x = pi/(a h).  The companion has 3/4 of the nodes, and shares none of them. */
#include <gsl/gsl_math.h>
#include <math.h>

#include "integrals/partition.h"
#include "models/data/covariance.h"

/* exp(-DIGITS) is less than what any tolerance asks for. */
#define DIGITS 36.0
/* Beyond these nothing is gained but work. */
#define NODES_MOST 2000

/* Nodes of the rule whose companion is as good as DIGITS says. */
static size_t count_nodes(double power, double half)
{
    double x = power > 0.0 ? M_PI / (power * half) : INFINITY;
    double rate = isinf(x) ? 40.0 : log(x + sqrt(1.0 + x * x));
    double nodes = 4.0 / 3.0 * (DIGITS / (2.0 * rate) + half * (1.0 + 3.0 * power) + 12.0);
    return nodes < NODES_MOST ? (size_t)nodes : NODES_MOST;
}

/* An odd rule has its node in the middle, where an even one has none. */
static int fill(gst_covariance_rule *rule, double power, double shift)
{
    double low = log(shift), high = log1p(shift), half = 0.5 * (high - low);
    int status = gst_rule_legendre(rule->J, rule->omega, rule->mu);
    for (size_t j = 0; j < rule->J && status == GST_OK; j++) {
        double t = 0.5 * (low + high) + half * rule->omega[j];
        rule->omega[j] = exp(-power * t);
        rule->mu[j] *= exp(t);
    }
    return status;
}

int gst_covariance_power(gst_data **data, double power, double shift, double source,
                         gst_message *message)
{
    size_t n = count_nodes(power, 0.5 * (log1p(shift) - log(shift))) | 1;
    int status = gst_covariance_take(data, n, n / 4 * 3 / 2 * 2, 0);
    if (status != GST_OK)
        return gst_fail(message, status, "no memory");
    gst_covariance *c = (gst_covariance *)(*data)->covariance;
    c->continuous = 1;
    c->power = power;
    c->shift = shift;
    c->source = source;
    for (size_t i = 0; i < 2 && status == GST_OK; i++) {
        status = fill(&c->rule[i], power, shift);
        if (status != GST_OK)
            gst_fail(message, status, "no memory");
        else
            status = gst_covariance_normalise(&c->rule[i], source, message);
    }
    if (status != GST_OK) {
        gst_covariance_free(*data);
        *data = NULL;
    }
    return status;
}
