#!/usr/bin/env python3
"""Makes a notebook ready for the program that executes it: its kernel, and the parameters of the run.

    prepare_notebook.py [--inject | --nbconvert] NOTEBOOK

Prints the kernel to use and its language where the notebook's own words are not enough: it names no kernel, or one that is
not installed here. With --inject the values in the file MYMLOPS_PARAMS become a cell of the notebook, as in papermill. --nbconvert does so too, and then executes the
notebook in place with nbconvert, and saves it after every cell.
Run it with the Python of the program that will execute the notebook: which kernels there are depends on it.
"""
import importlib.util
import os
import re
import signal
import sys
import warnings

try:
    from run_notebook import inject_parameters, language_of, member, named_language, notebook_bytes
    from run_notebook import end_on_signal, read_notebook, say, stop, text_member, write_whole
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


def execute_with_nbconvert(path, kernel):
    """As `jupyter-nbconvert --execute --inplace`, which saves nothing of a notebook that fails."""
    try:
        import nbformat
        from nbconvert.preprocessors import CellExecutionError, ExecutePreprocessor
    except ImportError:  # the program is another Python's
        options = [f"--ExecutePreprocessor.kernel_name={kernel}"] if kernel else []
        program = "jupyter-nbconvert"
        os.execvp(program, [program, "--to", "notebook", "--execute", "--inplace", path, *options])
    content = nbformat.read(path, as_version=4)
    for log in (sys.stdout, sys.stderr):  # a notebook may print what the log's encoding does not have
        log.reconfigure(errors="backslashreplace")

    def save():
        write_whole(path, (nbformat.writes(content) + "\n").encode("utf-8", "backslashreplace"))

    class SavingPreprocessor(ExecutePreprocessor):
        def preprocess_cell(self, cell, resources, index):
            result = super().preprocess_cell(cell, resources, index)
            save()
            return result

        def output(self, outs, msg, *rest):
            if msg["msg_type"] == "stream":  # the log is what the notebook prints, as it prints it
                log = sys.stderr if msg["content"]["name"] == "stderr" else sys.stdout
                print(msg["content"]["text"], end="", file=log, flush=True)
            return super().output(outs, msg, *rest)

    executor = SavingPreprocessor(timeout=None, **({"kernel_name": kernel} if kernel else {}))
    signal.signal(signal.SIGTERM, end_on_signal)
    try:
        executor.preprocess(content, {"metadata": {"path": os.path.dirname(os.path.abspath(path))}})
    except CellExecutionError:
        outputs = [output for cell in content.cells for output in cell.get("outputs", [])]
        failed = [output for output in outputs if output["output_type"] == "error"]
        if failed[-1]["ename"] == "SystemExit" and failed[-1]["evalue"] in ("", "0", "None"):
            return 0  # ends the notebook, not in error
        print("\n".join(failed[-1]["traceback"]), file=sys.stderr)
        return 1
    except KeyboardInterrupt as error:
        stop(str(error))
    finally:
        save()
    return 0


def main():
    *options, path = sys.argv[1:] or [""]
    if options not in ([], ["--inject"], ["--nbconvert"]) or not path:
        raise SystemExit("usage: prepare_notebook.py [--inject | --nbconvert] NOTEBOOK")
    content, name = read_notebook(path), os.path.basename(path)
    kernel, language = choose_kernel(content, name)
    if options and any([complete_kernelspec(content), inject_parameters(content, name)]):
        with open(path, "wb") as file:
            file.write(notebook_bytes(content))
    if options == ["--nbconvert"]:
        return execute_with_nbconvert(path, kernel)
    is_plain = kernel == text_member(content, "metadata", "kernelspec", "name") and named_language(content)
    if kernel and not is_plain:
        print(kernel, language)
    return 0


if __name__ == "__main__":
    sys.exit(main())
