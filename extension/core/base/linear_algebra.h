// SPDX-License-Identifier: PostgreSQL
//
// The only include of Eigen. Its assertions throw instead of aborting, because a core that lives inside a database
// backend must turn a bug into an error of one query; and Eigen never starts a thread.
#pragma once

#include <stdexcept>

#ifndef EIGEN_DONT_PARALLELIZE
#define EIGEN_DONT_PARALLELIZE
#endif
#ifdef EIGEN_WORLD_VERSION
#error "Eigen must be included through core/base/linear_algebra.h only"
#endif
#undef eigen_assert
#define eigen_assert(condition)                                               \
  do {                                                                        \
    if (!(condition)) throw std::logic_error("Eigen assertion: " #condition); \
  } while (false)

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <Eigen/QR>

namespace performance_tracker {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

}  // namespace performance_tracker
