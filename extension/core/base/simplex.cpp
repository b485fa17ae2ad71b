// SPDX-License-Identifier: PostgreSQL
#include "core/base/simplex.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace performance_tracker {
namespace {

struct Corner {
  std::vector<double> x;
  double value;
};

class Simplex {
 public:
  Simplex(const std::function<double(std::span<const double>)>& function, std::vector<double> start, double step)
      : function_(function) {
    corners_.push_back({start, evaluate(start)});
    for (std::size_t i = 0; i < start.size(); ++i) {
      std::vector<double> x = start;
      x[i] += step;
      const double value = evaluate(x);
      corners_.push_back({std::move(x), value});
    }
    sort();
  }

  // One reflection, expansion, contraction or shrinking (Gao & Han 2012, section 2).
  void move() {
    const double n = static_cast<double>(corners_.size() - 1);
    const Corner reflected = towards(1.0);
    Corner& worst = corners_.back();
    if (reflected.value < corners_.front().value) {
      const Corner expanded = towards(1.0 + 2.0 / n);
      worst = expanded.value < reflected.value ? expanded : reflected;
    } else if (reflected.value < corners_[corners_.size() - 2].value) {
      worst = reflected;
    } else {
      const double contraction = 0.75 - 0.5 / n;
      const Corner contracted = towards(reflected.value < worst.value ? contraction : -contraction);
      if (contracted.value < std::min(reflected.value, worst.value))
        worst = contracted;
      else
        shrink(n > 1 ? 1.0 - 1.0 / n : 0.5);
    }
    sort();
  }

  const Corner& best() const { return corners_.front(); }
  double spread() const { return corners_.back().value - corners_.front().value; }
  int evaluations() const { return evaluations_; }

 private:
  double evaluate(std::span<const double> x) {
    ++evaluations_;
    const double value = function_(x);
    return std::isnan(value) ? std::numeric_limits<double>::infinity() : value;
  }
  // The point `far` times as far beyond the others' centre as the worst corner is before it.
  Corner towards(double far) {
    const std::size_t n = corners_.size() - 1;
    std::vector<double> x(n, 0.0);
    for (std::size_t i = 0; i < n; ++i) {
      double centre = 0;
      for (std::size_t c = 0; c < n; ++c) centre += corners_[c].x[i] / static_cast<double>(n);
      x[i] = centre + far * (centre - corners_[n].x[i]);
    }
    const double value = evaluate(x);
    return {std::move(x), value};
  }
  void shrink(double by) {
    for (std::size_t c = 1; c < corners_.size(); ++c) {
      for (std::size_t i = 0; i < corners_[c].x.size(); ++i)
        corners_[c].x[i] = corners_[0].x[i] + by * (corners_[c].x[i] - corners_[0].x[i]);
      corners_[c].value = evaluate(corners_[c].x);
    }
  }
  void sort() {
    std::stable_sort(corners_.begin(), corners_.end(),
                     [](const Corner& a, const Corner& b) { return a.value < b.value; });
  }

  const std::function<double(std::span<const double>)>& function_;
  std::vector<Corner> corners_;
  int evaluations_ = 0;
};

}  // namespace

SimplexResult minimise_simplex(const std::function<double(std::span<const double>)>& function,
                               std::vector<double> start, const SimplexOptions& options, const Progress& progress) {
  Simplex simplex(function, std::move(start), options.step);
  bool converged = false;
  while (!converged && simplex.evaluations() < options.max_evaluations) {
    progress.poll();
    simplex.move();
    converged = !(simplex.spread() > options.tolerance);
  }
  return {simplex.best().x, simplex.best().value, simplex.evaluations(), converged};
}

}  // namespace performance_tracker
