#!/usr/bin/env python3
"""Makes a notebook ready for the program that executes it: its kernel, and the parameters of the run.

    prepare_notebook.py [--inject] NOTEBOOK

Prints the kernel to use and its language where the notebook's own words are not enough: it names no kernel, or one that is
not installed here. With --inject the values in the file MYMLOPS_PARAMS become a cell of the notebook, as in papermill.
Run it with the Python of the program that will execute the notebook: which kernels there are depends on it.
"""
import importlib.util
import os
import re
import sys
import warnings

try:
    from run_notebook import inject_parameters, language_of, member, named_language, notebook_bytes
    from run_notebook import read_notebook, say, stop, text_member
except ImportError:
    raise SystemExit("prepare_notebook.py needs the run_notebook.py that came with it. Delete both, and run: mymlops-client init")

NATIVE = "python3"  # the kernel that is there wherever ipykernel is installed
INSTALL = {
    "python": "Install it with: python3 -m pip install ipykernel",
    "r": "Install it in R with: IRkernel::installspec()",
    "julia": 'Install it in Julia with: using IJulia; installkernel("Julia")',
}


def installed_kernels():
    """The specifications that Jupyter finds from this Python, by name; None where this Python has no Jupyter."""
    warnings.simplefilter("ignore")  # about changes in Jupyter's next version
    try:
        from jupyter_client.kernelspec import KernelSpecManager
    except ImportError:
        return None
    found = {name: each["spec"] for name, each in KernelSpecManager().get_all_specs().items()}
    return {name: spec for name, spec in found.items() if not is_left_over(spec)}


def is_left_over(spec):
    """The environment of the kernel was deleted."""
    return os.path.isabs(program_of(spec)) and not os.path.exists(program_of(spec))


def program_of(spec):
    return (spec.get("argv") or [""])[0]


def describe_kernel(name, spec):
    if program_of(spec) == sys.executable or re.fullmatch(r"python[\d.]*", program_of(spec)):
        return f"{name} (Python {sys.version_info[0]}.{sys.version_info[1]})"
    return f"{name} ({program_of(spec)})"


def describe_missing(notebook, named, language, kernels):
    words = language.capitalize() + " kernel" + (f" ({named})" if named else "")
    article = "an" if words[0] in "AEIOR" else "a"
    there = ", ".join(sorted(kernels)) or "no kernel"
    hint = INSTALL.get(language, "Install it, or choose another kernel in the notebook.")
    return f"{notebook} needs {article} {words}. Installed here: {there}. {hint}"


def choose_kernel(content, notebook):
    """Name and language of the kernel that is to execute it. Ends this program where none of that language is installed."""
    named = text_member(content, "metadata", "kernelspec", "name")
    language = language_of(content)
    why = f"names the kernel {named}, which is not installed here" if named else "names no kernel"
    if named in ("", NATIVE) and language == "python" and importlib.util.find_spec("ipykernel"):
        if not named:
            say(f"{notebook} {why}; running it on {NATIVE}")
        return NATIVE, language
    kernels = installed_kernels()
    if kernels is None:
        return named or (NATIVE if language == "python" else ""), language
    if named.lower() in kernels:
        return named, kernels[named.lower()].get("language") or language
    fitting = [name for name, spec in kernels.items() if (spec.get("language") or "").lower() == language]
    if not fitting:
        stop(describe_missing(notebook, named, language, kernels))
    newest = max(fitting, key=lambda name: [int(digits) for digits in re.findall(r"\d+", name)])
    kernel = NATIVE if NATIVE in fitting else newest
    say(f"{notebook} {why}; running it on {describe_kernel(kernel, kernels[kernel])}")
    return kernel, kernels[kernel]["language"]


def complete_kernelspec(content):
    """nbconvert executes no notebook whose kernel has no display name, or is not an object. True if something was changed."""
    kernelspec = member(content, "metadata", "kernelspec")
    if kernelspec is not None and not isinstance(kernelspec, dict):
        del content["metadata"]["kernelspec"]
        return True
    if not kernelspec or "display_name" in kernelspec:
        return False
    kernelspec["display_name"] = text_member(kernelspec, "name") or "kernel"
    return True


def main():
    *options, path = sys.argv[1:] or [""]
    if options not in ([], ["--inject"]) or not path:
        raise SystemExit("usage: prepare_notebook.py [--inject] NOTEBOOK")
    content, name = read_notebook(path), os.path.basename(path)
    kernel, language = choose_kernel(content, name)
    if options and any([complete_kernelspec(content), inject_parameters(content, name)]):
        with open(path, "wb") as file:
            file.write(notebook_bytes(content))
    is_plain = kernel == text_member(content, "metadata", "kernelspec", "name") and named_language(content)
    if kernel and not is_plain:
        print(kernel, language)


if __name__ == "__main__":
    main()
