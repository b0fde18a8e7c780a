#!/usr/bin/env python3
"""Records anew what real runners leave of notebooks that end in every way: exit code, marks and errors.

    record.py RUNNER... >runners.jsonl

A RUNNER is examples/quickstart/run_notebook.py, or a folder with a Python of its own in which some of papermill, nbconvert
and nbclient are installed, with patterns for their names and for the notebooks' that are to run: `venv-2.4=^papermill=exit`.
Such a folder:

    python3 -m venv venv-2.4; venv-2.4/bin/pip install papermill==2.4.0 nbconvert ipykernel setuptools
"""
import json
import os
import re
import subprocess
import sys
import tempfile

KILL = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
# Dies about a second into the sleep, as a kernel does that the system ends for want of memory.
DIE = f"import threading, time; threading.Timer(1, lambda: exec('{KILL}')).start(); time.sleep(30)"

SKIPPED, ANNOUNCED, PARAMETERS = ["skip-execution"], ["raises-exception"], ["parameters"]
# Cells: a source, or a source and its tags.
NOTEBOOKS = {
    "every cell runs": ["1", "2", "3"],
    "the first cell fails": ["1 / 0", "2", "3"],
    "the second cell fails": ["1", "1 / 0", "3"],
    "the last cell fails": ["1", "2", "1 / 0"],
    "an announced error": ["1", ("1 / 0", ANNOUNCED), "3"],
    "an announced error, then another one": [("1 / 0", ANNOUNCED), "1 / 0", "3"],
    "an announced error in the last cell": ["1", "2", ("1 / 0", ANNOUNCED)],
    "a skipped cell": ["1", ("1 / 0", SKIPPED), "3"],
    "a skipped cell, then an error": ["1", ("2", SKIPPED), "1 / 0", "4"],
    "an empty cell, then an error": ["1", "", "1 / 0", "4"],
    "a comment alone": ["1", "# nothing", "3"],
    "sys.exit(0)": ["1", "import sys; sys.exit(0)", "3"],
    "sys.exit()": ["1", "import sys; sys.exit()", "3"],
    "sys.exit(0) in the last cell": ["1", "2", "import sys; sys.exit(0)"],
    "sys.exit(0) in an announced cell": ["1", ("import sys; sys.exit(0)", ANNOUNCED), "3"],
    "sys.exit(False)": ["1", "import sys; sys.exit(False)", "3"],
    "sys.exit(1)": ["1", "import sys; sys.exit(1)", "3"],
    "sys.exit with a text": ["1", "import sys; sys.exit('no data')", "3"],
    "exit()": ["1", "exit()", "3"],
    "quit()": ["1", "quit()", "3"],
    "exit() in the last cell": ["1", "2", "exit()"],
    "exit(1)": ["1", "exit(1)", "3"],
    "os._exit(0)": ["1", "import os; os._exit(0)", "3"],
    "os._exit(0) in the first cell": ["import os; os._exit(0)", "2", "3"],
    "os._exit(0) in the last cell": ["1", "2", "import os; os._exit(0)"],
    "os._exit(1)": ["1", "import os; os._exit(1)", "3"],
    "killed in the first cell": [KILL, "2", "3"],
    "killed in the second cell": ["1", KILL, "3"],
    "killed in the last cell": ["1", "2", KILL],
    "killed in an announced cell": ["1", (KILL, ANNOUNCED), "3"],
    "killed while it works": ["1", DIE, "3"],
    "killed while it works in the last cell": ["1", "2", DIE],
    "KeyboardInterrupt": ["1", "raise KeyboardInterrupt", "3"],
    "an exception that shows nothing": [
        "class Stop(Exception):\n    def _render_traceback_(self):\n        return []",
        "raise Stop",
        "3",
    ],
    "%%script false": ["1", "%%script false\nx", "3"],
    "%%script --no-raise-error false": ["1", "%%script --no-raise-error false\nx", "3"],
    "!false": ["1", "!false", "3"],
    "no code that parses": ["1", "1 +", "3"],
}

NBCLIENT = """
import sys, nbformat, nbclient
n = nbformat.read(sys.argv[1], 4)
try:
    nbclient.NotebookClient(n).execute()
finally:
    nbformat.write(n, sys.argv[1])
"""


def commands(venv):
    """Runners of a venv, each with its name and version."""
    binaries = os.path.join(venv, "bin")
    python = os.path.join(binaries, "python")
    shown = subprocess.run([python, "-m", "pip", "list", "--format=json"], capture_output=True, text=True, check=True)
    version = {package["name"]: package["version"] for package in json.loads(shown.stdout)}
    kernel = f" (nbclient {version['nbclient']}, ipykernel {version['ipykernel']})"
    papermill, convert = os.path.join(binaries, "papermill"), os.path.join(binaries, "jupyter-nbconvert")
    if os.path.exists(papermill):
        name = f"papermill {version['papermill']}"
        yield name + kernel, [papermill, "{}", "{}"]
        yield f"{name} -p{kernel}", [papermill, "{}", "{}", "-p", "x", "1"]
    if os.path.exists(convert):
        name = f"nbconvert {version['nbconvert']}"
        line = [convert, "--to", "notebook", "--execute", "--inplace", "{}"]
        yield name + kernel, line
        yield f"{name} --allow-errors{kernel}", [*line, "--allow-errors"]
    yield f"nbclient that saves at the end{kernel}", [python, "-c", NBCLIENT, "{}"]


def code_cell(cell, first):
    source, tags = (cell, []) if isinstance(cell, str) else cell
    metadata = {"tags": tags + (PARAMETERS if first else [])}
    return {"cell_type": "code", "source": source, "execution_count": None, "metadata": metadata, "outputs": []}


def run(command, cells, environment):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.ipynb")
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        content = [code_cell(cell, index == 0) for index, cell in enumerate(cells)]
        with open(path, "w") as file:
            json.dump({"nbformat": 4, "nbformat_minor": 4, "metadata": {"kernelspec": kernel}, "cells": content}, file)
        line = [word.replace("{}", path) for word in command]
        done = subprocess.run(line, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        words = [line for line in done.stdout.decode(errors="replace").splitlines() if line.strip()]
        last = re.sub(r"\x1b\[[0-9;]*m", "", words[-1])[:200] if words else ""
        with open(path) as file:
            notebook = json.load(file)
    record = {"exit": done.returncode if done.returncode >= 0 else 128 - done.returncode}
    if record["exit"] != 0:
        record["lastLine"] = last.replace(folder, "")
    if "papermill" in notebook["metadata"]:
        record["papermill"] = {"exception": notebook["metadata"]["papermill"].get("exception")}
    record["cells"] = [left_of(cell) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return record


def left_of(cell):
    left = {"count": cell["execution_count"]}
    if not "".join(cell["source"]).strip():
        left["isEmpty"] = True
    tags = [tag for tag in cell["metadata"].get("tags", []) if tag not in PARAMETERS]
    if tags:
        left["tags"] = tags
    if "papermill" in cell["metadata"]:
        marks = cell["metadata"]["papermill"]
        left["papermill"] = {"status": marks.get("status"), "exception": marks.get("exception")}
    timing = cell["metadata"].get("execution", {})
    if ("iopub.execute_input" in timing or "iopub.status.busy" in timing) and "shell.execute_reply" not in timing:
        left["unanswered"] = True
    errors = [output for output in cell["outputs"] if output["output_type"] == "error"]
    if errors:
        left["error"] = {"ename": errors[0]["ename"], "evalue": errors[0]["evalue"]}
    return left


def main():
    environment = {**os.environ, "PYTHONWARNINGS": "ignore", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    runners = []
    for argument in sys.argv[1:]:
        path, pattern, notebooks = [*argument.split("="), "", ""][:3]
        small = ("run_notebook.py", [sys.executable, os.path.abspath(path), "{}"])
        found = [small] if os.path.isfile(path) else commands(os.path.abspath(path))
        runners += [(name, line, notebooks) for name, line in found if re.search(pattern, name)]
    # Runners that leave the same are one line.
    alike = {}
    for runner, command, notebooks in runners:
        for name, cells in NOTEBOOKS.items():
            if not re.search(notebooks, name) or ("%" in cells[1] and runner == "run_notebook.py"):
                continue  # no magics without IPython
            record = json.dumps({"notebook": name, **run(command, cells, environment)})
            alike.setdefault(record, []).append(runner)
            print(runner, name, file=sys.stderr, flush=True)
    order = list(NOTEBOOKS)
    records = [{**json.loads(record), "runners": alike[record]} for record in alike]
    records.sort(key=lambda record: order.index(record["notebook"]))
    print("\n".join(map(json.dumps, records)))


if __name__ == "__main__":
    main()
