#include "framework/check/op_rules.h"

#include <utility>

namespace curvegraph::inline CURVEGRAPH_PRECISION {

namespace {

std::vector<MatrixView> mutable_views(std::vector<Tensor>& tensors) { return {tensors.begin(), tensors.end()}; }

}  // namespace

OpRules::OpRules(const Op& op, OpPoint point, double given)
    : op_(op), point_(std::move(point)), given_(given), y_(point_.dy.shape()) {
  for (const Tensor& x : point_.x) {
    dx_.emplace_back(x.shape());
    blocks_.emplace_back(x.shape().rows, x.shape().rows);
    residuals_.emplace_back(x.shape().rows, 1);
  }
  for (const Tensor& parameter : point_.parameters) dparameters_.emplace_back(parameter.shape());
}

HostMatrix OpRules::added(const Tensor& result) const {
  HostMatrix host(result);
  for (double& value : host.values()) value -= given_;
  return host;
}

HostMatrix OpRules::dx(std::size_t input) const { return added(dx_[input]); }
HostMatrix OpRules::dparameter(std::size_t parameter) const { return added(dparameters_[parameter]); }
HostMatrix OpRules::block(std::size_t input) const { return added(blocks_[input]); }
HostMatrix OpRules::residual(std::size_t input) const { return added(residuals_[input]); }

HostMatrix OpRules::forward() {
  op_.forward({.x = views(point_.x), .parameters = views(point_.parameters), .y = y_});
  return HostMatrix(y_);
}

void OpRules::backward() {
  forward();
  for (Tensor& gradient : dx_) fill(gradient, static_cast<real>(given_));
  for (Tensor& gradient : dparameters_) fill(gradient, static_cast<real>(given_));
  workspace_.reset();
  op_.backward({.x = views(point_.x),
                .parameters = views(point_.parameters),
                .y = y_,
                .dy = point_.dy,
                .dx = mutable_views(dx_),
                .dparameters = mutable_views(dparameters_),
                .workspace = workspace_});
}

void OpRules::curvature_backward() {
  backward();
  for (Tensor& block : blocks_) fill(block, static_cast<real>(given_));
  for (Tensor& residual : residuals_) fill(residual, static_cast<real>(given_));
  workspace_.reset();
  op_.curvature_backward({.x = views(point_.x),
                          .parameters = views(point_.parameters),
                          .y = y_,
                          .dy = point_.dy,
                          .H = point_.H,
                          .block = mutable_views(blocks_),
                          .residual = mutable_views(residuals_),
                          .workspace = workspace_});
}

OpPoint point_at(const Plan& plan, int node) {
  const auto copied = [](ConstMatrixView view) { return Tensor(view.shape(), to_host(view)); };
  const Plan::NodeViews& views = plan.views(node);
  OpPoint point{.x = {}, .parameters = {}, .dy = views.dy ? copied(views.dy) : Tensor(views.y.shape()), .H = {}};
  for (const ConstMatrixView& x : views.x) point.x.push_back(copied(x));
  for (const ConstMatrixView& parameter : views.parameters) point.parameters.push_back(copied(parameter));
  return point;
}

}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
