"""Prints those of the sources below the given folders that see framework/kernel.h, and so may have kernels of their own:
with_kernels.py ROOT FOLDER..."""

import functools
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
INCLUDE = re.compile(r'^#include "([^"]+)"', re.MULTILINE)


@functools.cache
def sees_kernels(path):
    if path == "framework/kernel.h":
        return True
    file = root / path
    return file.exists() and any(sees_kernels(other) for other in INCLUDE.findall(file.read_text()))


for folder in sys.argv[2:]:
    for source in sorted((root / folder).rglob("*.cpp")):
        path = source.relative_to(root).as_posix()
        if sees_kernels(path):
            print(path)
