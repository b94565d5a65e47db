// Distribution tests: how far two samples lie apart, and how likely chance alone would part them so far. Pure functions
// of counts and shares; thread-safe.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace scoreway {

// P(D >= d) of the two-sample Kolmogorov-Smirnov statistic of samples of these sizes (> 0) without ties, by counting
// lattice paths (Hodges 1958). Takes time in proportion to n1 * n2 * d.
double KolmogorovSmirnovExactP(uint64_t n1, uint64_t n2, double d);

// P(D_n >= d) of the two-sided one-sample statistic, computed as Simard and L'Ecuyer, "Computing the two-sided
// Kolmogorov-Smirnov distribution", J. Stat. Software 39 (2011), advise: Durbin's matrix in the form of Marsaglia,
// Tsang and Wang (2003), Smirnov's sum, or the expansion of Pelz and Good (1976). With n = n1 n2 / (n1 + n2), rounded,
// it stands for that of two large samples, as SciPy's ks_2samp has it.
double KolmogorovSurvival(uint64_t n, double d);

// Either of these, as ks_2samp with method='auto': the exact one of at most 10,000 numbers on each side.
double KolmogorovSmirnovP(uint64_t n1, uint64_t n2, double d, bool may_be_exact);

struct ChiSquare {
  double statistic = 0;
  double p = 1;
};

// Whether two rows of counts have one distribution, without a correction for continuity. Categories that neither has
// are left out; of fewer than two that are left, and of a row without counts, p is 1.
ChiSquare ChiSquareOfTwo(std::span<const double> reference, std::span<const double> current);

// Of `current` new numbers the chance that so many or more lie beyond the least and the greatest of `reference` old
// ones, all drawn from one distribution without ties: the new ones in two of the reference + 1 gaps between the old
// ones, which is negative hypergeometric (S. Wilks, "Statistical prediction with special reference to the problem of
// tolerance limits", 1942). With ties it is less. Share of 0 is no hypothesis here, as old numbers are never beyond
// their range.
double BeyondRangeP(uint64_t reference, uint64_t current, uint64_t beyond);

// The chance that so many or more of `current` cells are of categories that none of `reference` cells has, all drawn
// from one distribution. `totals` are the cells of each category on both sides; how they fall on the sides is left to
// chance, of each category by itself.
double UnseenCategoriesP(uint64_t reference, uint64_t current, std::span<const double> totals, uint64_t unseen);

// Sum of (r - c) ln(r / c). As in Evidently a share of 0 counts as 0.0001, or as a millionth of the smallest other
// share of its side where that is no greater than 0.0001.
double PopulationStabilityIndex(std::span<const double> reference, std::span<const double> current);

// Square root of the divergence, with the natural logarithm; as scipy.spatial.distance.jensenshannon.
double JensenShannonDistance(std::span<const double> reference, std::span<const double> current);

// p values adjusted after Benjamini and Hochberg (1995): those at or below a level are rejected with that rate of false
// discoveries.
std::vector<double> AdjustForMany(std::span<const double> p_values);

}  // namespace scoreway
