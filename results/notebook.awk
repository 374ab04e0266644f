# SPDX-License-Identifier: GPL-3.0-or-later
# notebook.awk - excess risk with the isotropic bulk (docs/theory.md, 7.3 and 3 to 5) for tanh, sin(z), one group, and
# what two older choices make of it.
#
#     awk -f results/notebook.awk
#
# prints, for alpha = 0.2, 0.9, 1.6, 2.3, 3: the answer (the same digits as giantstep curve --eta 3 --alpha0 20 --bulk
# isotropic --alpha 0.2:3:5); with the bulk variance c = 1 + mu1^2 (c of 7.3 - 1); with theta = 0; with both; and the numbers
# stored in the notebook.  It shares no code with giantstep: sums over equally spaced nodes, plain iteration.
function tanh(x) { return 1 - 2/(exp(2*x) + 1) }
function density(x) { return exp(-x*x/2)/sqrt(2*pi) }

# mu0, mu1, mu2 (squared) at the nodes of kappa, for bulk variance c.
function tabulate(c,    i, j, x, w, f, slope, squares) {
    for (i = 0; i <= n; i++) {
        mu0[i] = mu1[i] = squares = 0
        for (j = -100; j <= 100; j++) {
            x = j/10; w = 0.1*density(x); f = tanh(U*kappa[i] + sqrt(c)*x); slope = 1 - f*f
            mu0[i] += w*f; mu1[i] += w*slope; squares += w*f*f
        }
        mu2[i] = squares - mu0[i]^2 - c*mu1[i]^2
    }
}
# (V1, V2) for given (hatV1, D), section 3.
function bulk(hat, D, c,    k, T, old) {
    V2 = 1/D
    for (k = 0; k < 5000; k++) { old = V2; T = beta*c*V2; V2 = 1/(D + c*hat/(1 + hat*T)); if ((old - V2)^2 < 1e-32*V2^2) break }
    T = beta*c*V2; V1 = T/(1 + hat*T)/beta
}
function risk(alpha, c, free,    i, k, rho, hat, D, v1, v2, rest, h, h1, W, cost, psi, m, theta, bias, e, s, wt, J, L, a, b, det) {
    rho = alpha/beta; V1 = V2 = 1; rest = 1 - gamma^2
    for (k = 0; k < 20000; k++) {
        hat = D = 0; v1 = V1; v2 = V2
        for (i = 0; i <= n; i++) {
            hat += rho*weight[i]*mu1[i]^2/(1 + mu1[i]^2*V1 + mu2[i]*V2)
            D += rho*weight[i]*mu2[i]/(1 + mu1[i]^2*V1 + mu2[i]*V2)
        }
        D += lambda; bulk(hat, D, c)
        if ((V1 - v1)^2 + (V2 - v2)^2 < 1e-28) break
    }
    v1 = V1; v2 = V2; cost = 1/(beta*V2*c)
    split("0 0 0 0 0 0", s, " ") # sums of the mean prediction, section 4
    for (i = 0; i <= n; i++) {
        h[i] = exp(-rest/2)*sin(gamma*kappa[i]); h1[i] = sqrt(rest)*exp(-rest/2)*cos(gamma*kappa[i])
        W[i] = rho*weight[i]/(1 + mu1[i]^2*v1 + mu2[i]*v2)
        s[1] += W[i]*mu0[i]^2; s[2] += W[i]*mu0[i]*mu1[i]*kappa[i]; s[3] += W[i]*(mu1[i]*kappa[i])^2
        s[4] += W[i]*mu0[i]*h[i]; s[5] += W[i]*mu1[i]*kappa[i]*h[i]; s[6] += W[i]*mu1[i]*h1[i]
    }
    psi = s[6]/(hat + cost); s[3] += cost; m = s[4]/s[1]; theta = 0
    if (free) { det = s[1]*s[3] - s[2]^2; m = (s[4]*s[3] - s[5]*s[2])/det; theta = (s[1]*s[5] - s[2]*s[4])/det }
    split("0 0 0 0 0 0", s, " ") # fluctuations, section 5: the map's derivative by differences
    for (i = 0; i <= n; i++) {
        e = m*mu0[i] + mu1[i]*theta*kappa[i]
        bias[i] = (1 - exp(-2*rest)*cos(2*gamma*kappa[i]))/2 - 2*e*h[i] + e^2 - 2*mu1[i]*psi*h1[i] + (mu1[i]*psi)^2
        wt = W[i]/(1 + mu1[i]^2*v1 + mu2[i]*v2)
        s[1] += wt*mu1[i]^2*bias[i]; s[2] += wt*mu2[i]*bias[i]
        s[3] += wt*mu1[i]^4; s[4] += wt*mu1[i]^2*mu2[i]; s[5] += wt*mu2[i]^2
    }
    s[2] += beta*c*cost^2*(theta^2 + psi^2)
    bulk(hat + 1e-5, D, c); J[1] = V1; J[3] = V2; bulk(hat - 1e-5, D, c); J[1] -= V1; J[3] -= V2
    bulk(hat, D + 1e-5, c); J[2] = V1; J[4] = V2; bulk(hat, D - 1e-5, c); J[2] -= V1; J[4] -= V2
    for (k = 1; k <= 4; k++) J[k] *= -1/2e-5
    L[1] = 1 - J[1]*s[3] - J[2]*s[4]; L[2] = -J[1]*s[4] - J[2]*s[5]
    L[3] = -J[3]*s[3] - J[4]*s[4]; L[4] = 1 - J[3]*s[4] - J[4]*s[5]
    a = J[1]*s[1] + J[2]*s[2]; b = J[3]*s[1] + J[4]*s[2]; det = L[1]*L[4] - L[2]*L[3]
    e = 0
    for (i = 0; i <= n; i++)
        e += weight[i]*(bias[i] + mu1[i]^2*(a*L[4] - b*L[2])/det + mu2[i]*(L[1]*b - L[3]*a)/det)
    return e
}
function line(name, c, free,    k) {
    tabulate(c); printf "%s", name
    for (k = 0; k < 5; k++) printf "\t%.7f", risk(0.2 + 0.7*k, c, free)
    print ""
}
BEGIN {
    pi = atan2(0, -1); eta = 3; alpha0 = 20; lambda = 0.1; beta = 1
    for (j = -100; j <= 100; j++) { w = 0.1*density(j/10); s = 1 - tanh(j/10)^2; slope += w*s; square += w*s*s }
    Y2 = (1 - exp(-2))/2; length_v = sqrt(exp(-1) + Y2/alpha0); U = eta*slope*length_v; gamma = exp(-0.5)/length_v
    c = 1 + eta^2*(square - slope^2)*Y2/alpha0; older = 1 + slope^2*(c - 1)
    n = 120
    for (i = 0; i <= n; i++) { kappa[i] = (i - 60)/6; weight[i] = density(kappa[i])/6 }
    print "alpha\t0.2\t0.9\t1.6\t2.3\t3"
    line("equations", c, 1); line("older c", older, 1); line("theta = 0", c, 0); line("both", older, 0)
    print "notebook\t0.0485954\t0.0431181\t0.0380724\t0.0351115\t0.0333400"
}
