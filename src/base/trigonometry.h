// Sine and its kin, and the cube root, computed here: the bits are the same on every machine, whatever its library has,
// so that every door of Scoreway answers alike. Within one unit in the last place; infinities, NaN and signs of zero as
// in C.
#pragma once

namespace scoreway {

double Sin(double x);
double Cos(double x);
double Tan(double x);
double Asin(double x);
double Acos(double x);
double Atan(double x);
double Atan2(double y, double x);
double Cbrt(double x);

}  // namespace scoreway
