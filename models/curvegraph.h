#pragma once

/// What most programs need: data in memory; networks to fit, save and load; and the graph, its ops and the optimizers,
/// for programs that build their own networks or optimizers.

#include "framework/data/arrays.h"
#include "framework/data/dataset.h"
#include "framework/error.h"
#include "framework/optimizers/adam.h"
#include "framework/optimizers/sgd.h"
#include "framework/threads.h"
#include "models/dsl.h"
#include "models/fit.h"
#include "models/mlp.h"
#include "models/network.h"
#include "models/training.h"
#include "second_order/gauss_newton/levenberg_marquardt.h"
#include "second_order/options.h"
#include "second_order/second_order.h"
