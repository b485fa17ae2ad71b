// SPDX-License-Identifier: PostgreSQL
//
// The search over orders for given differences: which candidates are fitted, from where, and which one wins.
#pragma once

#include <array>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "core/arima/arima_estimation.h"
#include "core/arima/auto_arima.h"

namespace performance_tracker {

class ArimaSearch {
 public:
  // `base` holds the differences and the season length.
  ArimaSearch(std::span<const double> y, const ArimaOrder& base, const AutoArimaOptions& options,
              const Regressors& regressors, const Progress& progress);

  // Runs the search; false when no candidate could be fitted.
  bool run();

  ArimaModel best_model();      // polished
  bool season_is_long() const;  // so long that at most one seasonal coefficient is tried
  double best_criterion() const { return trials_.at(best_.value()).criterion; }
  std::vector<ArimaCandidate> candidates() const;
  long evaluations() const;

 private:
  struct Trial {
    ArimaOrder order;
    bool constant = false;
    ArimaEstimate estimate;
    double criterion = 0.0;
    ArimaCandidate::Outcome outcome = ArimaCandidate::Outcome::kWorse;
  };
  struct Slice {  // of a candidate's coefficients
    std::size_t start;
    std::size_t size;
  };
  struct Model {  // a problem with or without the constant, and its likelihood
    Model(std::span<const double> y, const ArimaOrder& order, Constant constant, const Regressors& regressors,
          const Progress& progress)
        : problem(make_arima_problem(y, order, constant, regressors, progress)), likelihood(problem.data, progress) {}
    ArimaProblem problem;
    ArimaLikelihood likelihood;
  };

  static std::array<Slice, 4> slices(const ArimaOrder& order);  // ar, ma, seasonal ar, seasonal ma
  static std::array<int, 5> key(const ArimaOrder& order, bool constant);
  void stepwise();
  void widen();
  bool try_all_ordinary(const Trial& centre);
  bool toggle_constants();
  std::optional<std::size_t> next_season() const;
  void grid();
  void try_long_season();
  bool allowed(const ArimaOrder& order) const;
  // Fits the candidate if it is new; true if it is the best so far.
  bool attempt(const ArimaOrder& order, bool constant);
  // What becomes of a trial that was just estimated; true if it is the best so far.
  bool judge(std::size_t index);
  bool reconsider();
  bool challenge();
  bool retry(std::size_t index, const std::vector<std::vector<double>>& starts, int patience);
  std::vector<double> carried_over(const Trial& winner, const ArimaOrder& order) const;
  struct Start {
    std::vector<double> coefficients;
    // From the optimum of a submodel with coefficients added on one side: the predicted decrease is then the score test
    // of the addition (Rao 1948) and can be believed at once.
    bool telling = false;
  };
  Start warm_start(const ArimaOrder& order, bool constant) const;
  Model& model(bool constant) { return constant ? *with_constant_ : *without_constant_; }
  double to_beat() const;  // the best criterion so far
  double penalty(const ArimaOrder& order, bool constant) const;
  double criterion(const ArimaOrder& order, bool constant, double objective) const;
  bool near_unit_root(const ArimaOrder& order, std::span<const double> coefficients) const;
  bool undoes_difference(const ArimaOrder& order, std::span<const double> coefficients) const;
  bool approaching_unit_root(const ArimaOrder& order, std::span<const double> coefficients) const;
  ArimaEstimate fit(const Trial& trial, std::span<const double> start, EstimationOptions options);
  void polish();

  const AutoArimaOptions& options_;
  const Progress& progress_;
  ArimaOrder base_;
  Constant constant_kind_ = Constant::kNone;
  std::optional<Model> with_constant_, without_constant_;
  double observations_ = 0.0;
  int max_p_, max_q_, max_seasonal_p_, max_seasonal_q_;
  std::vector<Trial> trials_;
  std::map<std::array<int, 5>, std::size_t> tried_;
  std::set<std::pair<int, int>> widened_;  // seasonal parts with which all (p, q) were tried
  std::optional<std::size_t> best_;
  int most_coefficients_ = std::numeric_limits<int>::max();  // of an order that is still to be tried
  bool long_season_ = false;                                 // whether candidates with very many states are allowed now
};

}  // namespace performance_tracker
