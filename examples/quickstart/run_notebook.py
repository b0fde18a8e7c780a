#!/usr/bin/env python3
"""Executes a notebook's code cells in place, with the standard library alone.

The quickstart's fallback where neither papermill nor Jupyter is installed: plain Python cells, no magics, no kernel.
The file is saved after every cell and every second during one, so that a run that is cut short leaves what it had.
Exit code: 0, or 1 at the first error outside a cell tagged raises-exception.
"""

import ast
import contextlib
import io
import json
import os
import signal
import sys
import threading
import traceback

SAVE_EVERY_SECONDS = 1.0


class Stream(io.TextIOBase):
    """A cell's stdout or stderr: collects into the cell's outputs, and copies to the log."""

    def __init__(self, name, outputs, log):
        self.name, self.outputs, self.log = name, outputs, log

    def writable(self):
        return True

    def write(self, text):
        if text:
            last = self.outputs[-1] if self.outputs else None
            if last and last["output_type"] == "stream" and last["name"] == self.name:
                last["text"] += text
            else:
                self.outputs.append({"name": self.name, "output_type": "stream", "text": text})
            self.log.write(text)
            self.log.flush()
        return len(text)


def save(notebook, path):
    """Replaces the file at once: a reader sees the old notebook or the new one."""
    part = path + ".part"
    with open(part, "w", encoding="utf-8") as file:
        json.dump(notebook, file, indent=1, ensure_ascii=False)
        file.write("\n")
    os.replace(part, path)


def run_source(source, namespace, name):
    """Runs a cell; returns the value of its last expression, or None."""
    tree = ast.parse(source, filename=name)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, name, "exec"), namespace)
    return eval(compile(ast.Expression(last.value), name, "eval"), namespace) if last else None


def run_cell(cell, number, namespace, log):
    """Runs one cell and fills in its outputs. Returns the exception that it ended with, if any."""
    cell["execution_count"] = number
    cell["outputs"] = outputs = []
    source = "".join(cell["source"])
    try:
        with contextlib.redirect_stdout(Stream("stdout", outputs, log)):
            with contextlib.redirect_stderr(Stream("stderr", outputs, log)):
                value = run_source(source, namespace, "<cell %d>" % number)
        if value is not None:
            data = {"text/plain": repr(value)}
            outputs.append({"data": data, "execution_count": number, "metadata": {}, "output_type": "execute_result"})
        return None
    except BaseException as error:  # SystemExit and KeyboardInterrupt end a cell as well
        lines = traceback.format_exception(type(error), error, error.__traceback__)
        evalue = str(error)
        outputs.append(
            {"ename": type(error).__name__, "evalue": evalue, "output_type": "error", "traceback": lines}
        )
        log.write("".join(lines))
        return error


def main(path):
    with open(path, encoding="utf-8") as file:
        notebook = json.load(file)
    print("run_notebook.py executes the cells: neither papermill nor jupyter nbconvert was found", flush=True)
    log = sys.stdout
    path = os.path.abspath(path)
    os.chdir(os.path.dirname(path))

    lock = threading.Lock()

    def save_now(*_):
        with lock:
            save(notebook, path)

    def stop(number, _frame):
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, stop)
    done = threading.Event()

    def save_now_and_then():
        while not done.wait(SAVE_EVERY_SECONDS):
            with contextlib.suppress(RuntimeError):  # a cell is just writing: the next save has it
                save_now()

    threading.Thread(target=save_now_and_then, daemon=True).start()

    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code" and "".join(cell["source"]).strip()]
    namespace = {"__name__": "__main__"}
    failure = None
    for number, cell in enumerate(cells, 1):
        error = run_cell(cell, number, namespace, log)
        save_now()
        if error is None or "raises-exception" in cell.get("metadata", {}).get("tags", []):
            continue
        failure = error
        break
    done.set()
    save_now()
    if failure is None:
        return 0
    if isinstance(failure, SystemExit):
        return failure.code if isinstance(failure.code, int) else int(failure.code is not None)
    return 1


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: run_notebook.py NOTEBOOK")
    sys.exit(main(sys.argv[1]))
