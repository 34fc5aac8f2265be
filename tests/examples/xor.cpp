#include <cstdio>
#include <vector>

#include <curvegraph/models/dsl.h>
#include <curvegraph/models/model.h>
#include <curvegraph/second_order/second_order.h>

namespace cg = curvegraph;

int main() {
  cg::Graph graph;
  const cg::Expr x = graph.input(2);
  const cg::Weight W1 = cg::weight(graph, 8, 2);
  const cg::Bias b1 = cg::bias(graph, 8);
  const cg::Expr h1 = cg::sigmoid(W1 * x + b1);
  const cg::Expr z2 = cg::dense(h1, 2);  // a layer with a weight and a bias of its own
  const cg::Expr t = graph.input(2);
  const cg::Expr loss = cg::softmax_cross_entropy(z2, t);
  cg::initialize_xavier(graph, /*seed=*/1);

  cg::Plan plan(graph, loss, /*max_batch=*/4, cg::Plan::Buffers::ValuesAndGradients);
  cg::copy_to_device(std::vector<cg::real>{0, 0, 0, 1, 1, 0, 1, 1}, plan.input(x));  // a column is a sample
  cg::copy_to_device(std::vector<cg::real>{1, 0, 0, 1, 0, 1, 1, 0}, plan.input(t));  // one-hot: x₁ xor x₂
  cg::SecondOrder optimizer(plan);
  for (int step = 0; step < 500; ++step) {
    plan.forward();
    plan.backward();
    if (const cg::StepSummary summary = optimizer.step(); !summary.taken) return std::puts(summary.message.c_str());
  }
  std::printf("loss %.4f\n", plan.mean_loss());
}
