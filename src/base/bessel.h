// The modified Bessel function of the second kind and the gamma function, computed here: not every standard library has
// the first, and the bits of both are the same on every machine.
#pragma once

namespace scoreway {

// K of an order at x > 0, within 5e-14 of its size; NaN of other x, and infinity of an order beyond 1000.
double BesselK(double order, double x);

// Of x > 0, within a few units in the last place; NaN of other x.
double Gamma(double x);

}  // namespace scoreway
