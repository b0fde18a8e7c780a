#!/usr/bin/env python3
"""Makes a notebook ready for the program that executes it: its kernel, and the parameters of the run.

    prepare_notebook.py [--inject] NOTEBOOK

Prints the kernel to use and its language where the notebook's own words are not enough: it names no kernel, or one that is
not installed here. With --inject the values in the file MYMLOPS_PARAMS become a cell of the notebook, as in papermill.
Run it with the Python of the program that will execute the notebook: which kernels there are depends on it.
"""
import importlib.util
import json
import math
import os
import re
import sys
import uuid
import warnings

INJECTED = "injected-parameters"
NATIVE = "python3"  # the kernel that is there wherever ipykernel is installed
INSTALL = {
    "python": "Install it with: python3 -m pip install ipykernel",
    "r": "Install it in R with: IRkernel::installspec()",
    "julia": 'Install it in Julia with: using IJulia; installkernel("Julia")',
}

WORDS = {"python": ("None", "True", "False"), "r": ("NULL", "TRUE", "FALSE"), "julia": ("nothing", "true", "false")}
MAPPINGS = {"python": ("{", ": ", "}"), "r": ("list(", " = ", ")"), "julia": ("Dict(", " => ", ")")}


def say(text):
    print(f"{os.path.basename(__file__)}: {text}", file=sys.stderr, flush=True)


def stop(text):
    say(text)
    sys.exit(1)


def read_notebook(path):
    with open(path, encoding="utf-8") as file:
        content = json.load(file)
    if member(content, "nbformat") != 4:
        stop(f"{path} is not a notebook of format 4")
    return content


def notebook_bytes(content):
    """As Jupyter writes it. One half of a surrogate pair has no bytes of its own and stays an escape."""
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")


def member(value, *keys):
    """The member of nested objects that `keys` lead to; None where there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def source_of(cell):
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def first_tagged(cells, tag):
    return next((index for index, cell in enumerate(cells) if tag in (member(cell, "metadata", "tags") or [])), None)


def named_language(content):
    """The language that the notebook itself names; None where it names none."""
    metadata, cells = content.get("metadata"), content.get("cells") or []
    found = [
        member(metadata, "kernelspec", "language"),
        member(metadata, "language_info", "name"),
        member(metadata, "jupytext", "main_language"),
        *(member(cell, "metadata", "vscode", "languageId") for cell in cells if cell.get("cell_type") == "code"),
    ]
    return next((each for each in found if isinstance(each, str) and each), None)


def language_of(content):
    """In lower case. A notebook that shows no sign of another language is in Python."""
    kernel = str(member(content.get("metadata"), "kernelspec", "name") or "").lower()
    by_kernel = "r" if kernel == "ir" else "julia" if kernel.startswith("julia") else "python"
    language = (named_language(content) or by_kernel).lower()
    return "python" if re.match(r"i?python", language) else language


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
    named = member(content.get("metadata"), "kernelspec", "name") or ""
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


def given_parameters():
    path = os.environ.get("MYMLOPS_PARAMS")
    if not path:
        return {}
    with open(path, encoding="utf-8") as file:
        values = json.load(file)
    if not isinstance(values, dict):
        stop(f"{path}, which MYMLOPS_PARAMS names, holds no JSON object")
    return values


def code_of(value, language):
    """The value in the notebook's language."""
    if value is None or isinstance(value, bool):
        return WORDS[language][(None, True, False).index(value)]
    if isinstance(value, float) and not math.isfinite(value):
        name = "NaN" if math.isnan(value) else "Inf" if value > 0 else "-Inf"
        return f'float("{name}")' if language == "python" else name
    if isinstance(value, str):
        if language == "python":
            return repr(value)
        quoted = json.dumps(value, ensure_ascii=False)
        return quoted.replace("$", "\\$") if language == "julia" else quoted
    if isinstance(value, list):
        items = ", ".join(code_of(item, language) for item in value)
        return f"list({items})" if language == "r" else f"[{items}]"
    if isinstance(value, dict):
        begin, arrow, end = MAPPINGS[language]
        items = [code_of(key, language) + arrow + code_of(item, language) for key, item in value.items()]
        return begin + ", ".join(items) + end
    return str(value)


def inject_parameters(content, notebook):
    """
    Puts the values into a cell of their own, where papermill would: in the place of such a cell, else after the one tagged
    `parameters`, else on top. False where there are none, or none can be given. A second call changes nothing.
    """
    values = given_parameters()
    if not values:
        return False
    language, cells = language_of(content), content["cells"]
    if language not in WORDS:
        if any("MYMLOPS_PARAMS" in source_of(cell) for cell in cells):
            return False  # reads them itself
        stop(f"{notebook} is in {language.capitalize()}, where only papermill sets parameters. Install it: pip install papermill")
    names = [(name.lstrip("_") if language == "r" else name, value) for name, value in values.items()]
    lines = [f"{name} = {code_of(value, language)}\n" for name, value in names]
    cell = {"cell_type": "code", "execution_count": None, "metadata": {"tags": [INJECTED]}, "outputs": []}
    if content.get("nbformat_minor", 0) >= 5:
        cell["id"] = uuid.uuid4().hex[:8]
    cell["source"] = "".join(["# Parameters\n", *lines])
    old, tagged = first_tagged(cells, INJECTED), first_tagged(cells, "parameters")
    if old is not None:
        cells[old] = cell
    elif tagged is not None:
        cells.insert(tagged + 1, cell)
    else:
        say(f"{notebook} has no cell tagged `parameters`: the values of this run are set at its top")
        cells.insert(0, cell)
    return True


def complete_kernelspec(content):
    """nbconvert executes no notebook whose kernel has no name for people. True where it had none."""
    kernelspec = member(content.get("metadata"), "kernelspec")
    if not kernelspec or "display_name" in kernelspec:
        return False
    kernelspec["display_name"] = kernelspec.get("name") or "kernel"
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
    is_plain = kernel == member(content.get("metadata"), "kernelspec", "name") and named_language(content)
    if kernel and not is_plain:
        print(kernel, language)


if __name__ == "__main__":
    main()
