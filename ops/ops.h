#pragma once

#include "framework/op.h"

/// The ops that come with the library, one file each. They are called as on paper: h = sigmoid(z).

namespace curvegraph::inline CURVEGRAPH_PRECISION {

extern const Op affine;  ///< y = W x + b, parameters {W: n_y × n_x, b: n_y × 1}

// Activations, elementwise (elementwise.h).
extern const Op identity;            ///< x
extern const Op sigmoid;             ///< 1 / (1 + e⁻ˣ)
extern const Op hyperbolic_tangent;  ///< tanh x; "tanh" in files and options, but <cmath> has a ::tanh
extern const Op softplus;            ///< log(1 + eˣ)
extern const Op silu;                ///< x / (1 + e⁻ˣ)
extern const Op gelu;        ///< x Φ(x), Φ the standard normal distribution function (exact, not the tanh form)
extern const Op relu;        ///< max(x, 0)
extern const Op leaky_relu;  ///< x where x > 0, else 0.01 x

// Criteria: the loss of each sample from outputs and targets of the same shape.
extern const Op softmax_cross_entropy;  ///< -Σⱼ tⱼ log pⱼ, p = softmax(outputs); columns of t sum to one
extern const Op bounded;                ///< the paper's (14), not convex
extern const Op squared_error;          ///< ½ ‖outputs - targets‖²
extern const Op tukey_biweight;         ///< bounded in each residual, for outliers; not convex
extern const Op
    sigmoid_cross_entropy;  ///< Σᵢ log(1 + e^zᵢ) - tᵢ zᵢ, binary cross-entropy of sigmoid(outputs z), t in [0, 1]

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
