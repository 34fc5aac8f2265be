#pragma once

#include <stdexcept>

#include "framework/real.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {

/// Something outside the program is wrong (a file, a folder, data): the tools print the message and exit 1.
/// The message is one line that names what was found and what was expected.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The caller asked for something that makes no sense (shapes, options): the tools print the message and exit 2.
class UsageError : public Error {
 public:
  using Error::Error;
};

/// The numbers of a computation went out of bounds (a loss that is not finite, a system that cannot be solved), with
/// nothing wrong in data or usage: the tools print the message and exit 3.
class NumericalError : public Error {
 public:
  using Error::Error;
};

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
