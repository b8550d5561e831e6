"""Makes a wheel of a platform: with the library inside, where LIBTGCALL_LIBRARY names it. Without, the package looks for that of
the system."""

import os
from typing import Any, Dict

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class LibraryInside(BuildHookInterface):
    def initialize(self, version: str, build_data: Dict[str, Any]) -> None:
        library, platform = os.environ.get("LIBTGCALL_LIBRARY"), os.environ.get("LIBTGCALL_PLATFORM")
        if not library:
            return
        if not platform:
            raise ValueError("LIBTGCALL_PLATFORM has to name the wheel's platform, such as manylinux_2_28_x86_64")
        name = "tgcall.dll" if library.endswith(".dll") else "libtgcall.dylib" if ".dylib" in library else "libtgcall.so"
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform}"
        build_data["force_include"][library] = f"libtgcall/{name}"
