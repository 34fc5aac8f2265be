#!/usr/bin/env bash
# From a fresh clone on Debian 12, as root or with sudo, to a network trained on Fashion-MNIST.
# Given again, it continues a run that was interrupted, or shows the finished one.
set -euo pipefail
cd "$(dirname "$0")/.."

tools/install_packages.sh dataset-fashion-mnist
[ -f build/build.ninja ] || meson setup build
ninja -C build tools/train

run=runs/quickstart
options=(--dataset fashion-mnist --layers 784-512-256-128-64-32-16-10 --epochs 5 --output "$run")
[ ! -f "$run/checkpoint.safetensors" ] || options+=(--resume "$run")
echo
build/tools/train "${options[@]}"

accuracy=$(tail -n 1 "$run/metrics.csv" | cut -d, -f7)
echo
echo "Test accuracy $accuracy after the last epoch."
echo "  $run/metrics.csv        losses and accuracies of every epoch"
echo "  $run/model.safetensors  the network, for PyTorch or numpy: safetensors.numpy.load_file(...)"
echo "Remove $run to train again; build/tools/train --help lists what can be changed."
