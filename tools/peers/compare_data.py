"""Data sets as options of tools/train. Those of scikit-learn are written as CSV, the arm's by tools/reproduce."""

import csv
import os
import subprocess


class DataError(Exception):
    pass


def prepare(source, options):
    """Options of tools/train; what has to be made for them is made once, below the output folder."""
    return SOURCES[source](source, options)


def fashion(_, options):
    found = {"dataset": "fashion-mnist"}
    if options.fashion:
        found["data"] = str(options.fashion)
    return found


def cifar(_, options):
    if not options.cifar:
        raise DataError("--cifar: missing, expected the folder of CIFAR-10 for the tasks cifar-sigmoid and cifar-relu")
    images = (options.cifar / "train").is_dir()
    return {"dataset": "image-folder" if images else "cifar-10", "data": str(options.cifar)}


def arm(_, options):
    folder = options.output / "data"
    program = options.train.parent / "reproduce"
    if not (folder / "arm" / "data.json").exists():
        if not program.exists():
            raise DataError(f"{program}: not there, expected it beside --train to write the data of the arm")
        result = subprocess.run([program, "arm-data", "--output", folder], capture_output=True, text=True)
        if result.returncode != 0:
            raise DataError(result.stderr.strip())
    return {"dataset": "npy", "data": str(folder / "arm")}


def scikit(name, options):
    folder = options.output / "data" / name
    if not (folder / "train.csv").exists():  # written last
        write_scikit(name, folder)
    return {"dataset": "csv", "data": str(folder)}


def write_scikit(name, folder):
    """A fifth for the test, drawn by seed 0, with equal shares of the classes. Regression targets are divided by their
    deviation over the training set, after their mean: in the original's units, 150 with a deviation of 77, a
    first-order method spends its time on the last bias."""
    try:
        from sklearn import datasets
        from sklearn.model_selection import train_test_split
    except ImportError as problem:
        raise DataError(f"{name}: {problem}; expected a Python with the packages numpy and scikit-learn, only to write "
                        f"{folder}") from problem
    data = getattr(datasets, f"load_{name.replace('-', '_')}")()
    classes = data.target.dtype.kind in "iu"
    train_x, test_x, train_y, test_y = train_test_split(data.data, data.target, test_size=0.2, random_state=0,
                                                        stratify=data.target if classes else None)
    if not classes:
        mean, scale = train_y.mean(), train_y.std()
        train_y, test_y = (train_y - mean) / scale, (test_y - mean) / scale
    folder.mkdir(parents=True, exist_ok=True)
    for part, inputs, targets in ("test", test_x, test_y), ("train", train_x, train_y):
        write_csv(folder / f"{part}.csv", inputs.tolist(), targets.tolist())


def write_csv(path, inputs, targets):
    partial = path.with_suffix(".tmp")
    with open(partial, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([f"x{column}" for column in range(len(inputs[0]))] + ["target"])
        writer.writerows([*row, target] for row, target in zip(inputs, targets))
    os.replace(partial, path)


SOURCES = {"fashion": fashion, "cifar": cifar, "arm": arm, "breast-cancer": scikit, "digits": scikit,
           "diabetes": scikit}
