#!/usr/bin/env python3
"""Executes a notebook in place with the Python standard library alone.

For machines without Jupyter: Python cells only, no magics, no widgets. Parameters become a cell of their own, as in papermill.
Like nbconvert it stops at the first error, which it saves in the notebook, and exits 1. It saves after every cell and about
every second within one, so that progress shows.
"""
import ast
import contextlib
import io
import linecache
import os
import signal
import sys
import tempfile
import time
import traceback
from datetime import datetime, timezone

from prepare_notebook import inject_parameters, language_of, notebook_bytes, read_notebook, source_of, stop

SAVE_SECONDS = 1.0


class Notebook:
    """A notebook file: never half written, not even when a signal comes in the middle of it."""

    def __init__(self, path):
        self.path = path
        self.content = read_notebook(path)

    def save(self):
        data = notebook_bytes(self.content)
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
        try:
            self._replace(data)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)

    def _replace(self, data):
        handle, fresh = tempfile.mkstemp(dir=os.path.dirname(os.path.abspath(self.path)), prefix=".run_notebook-")
        try:
            with open(handle, "wb") as file:
                file.write(data)
            os.chmod(fresh, os.stat(self.path).st_mode & 0o777)
            os.replace(fresh, self.path)
        except BaseException:
            os.unlink(fresh)
            raise


class CellStream(io.TextIOBase):
    """stdout or stderr of a cell: into its outputs, and on to the log."""

    def __init__(self, name, outputs, log, changed):
        super().__init__()
        self._name, self._outputs, self._log, self._changed = name, outputs, log, changed

    def writable(self):
        return True

    def write(self, text):
        if not text:
            return 0
        last = self._outputs[-1] if self._outputs else {}
        if last.get("output_type") == "stream" and last.get("name") == self._name:
            last["text"] += text
        else:
            self._outputs.append({"output_type": "stream", "name": self._name, "text": text})
        self._log.write(text)
        self._log.flush()
        self._changed()
        return len(text)

    def flush(self):
        self._log.flush()


def run_source(source, count, namespace):
    """Runs the cell; the value of its last expression, or None."""
    name = f"<cell {count}>"
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)  # so that a traceback shows the line
    tree = ast.parse(source, name)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, name, "exec"), namespace)
    return eval(compile(ast.Expression(last.value), name, "eval"), namespace) if last else None


def error_output(error):
    """The error as Jupyter saves it, without this runner's own frames."""
    trace = error.__traceback__
    while trace and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    lines = "".join(traceback.format_exception(type(error), error, trace)).splitlines()
    return {"output_type": "error", "ename": type(error).__name__, "evalue": str(error), "traceback": lines}


def run_cell(cell, count, namespace, notebook):
    """Executes one code cell. Returns the error it ended with, or None. The mark comes last: a cell that has one has ended."""
    outputs = cell["outputs"] = []
    cell.setdefault("metadata", {})["execution"] = {"shell.execute_reply.started": datetime.now(timezone.utc).isoformat()}
    saved = time.monotonic()

    def changed():
        nonlocal saved
        if time.monotonic() - saved >= SAVE_SECONDS:
            notebook.save()
            saved = time.monotonic()

    stdout = CellStream("stdout", outputs, sys.stdout, changed)
    stderr = CellStream("stderr", outputs, sys.stderr, changed)
    error = None
    try:
        if count == 1:
            notebook.save()  # from now on the file shows which cell is running
        with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
            value = run_source(source_of(cell), count, namespace)
        if value is not None:
            result = {"output_type": "execute_result", "execution_count": count, "metadata": {}}
            outputs.append({**result, "data": {"text/plain": repr(value)}})
    except BaseException as raised:  # noqa: BLE001 - whatever ends a cell belongs into the notebook
        error = raised
    if error is not None:
        outputs.append(error_output(error))
    cell["execution_count"] = count
    return error


def is_clean_exit(error):
    """A sys.exit() that ends the notebook, not in error; its output in the notebook tells that this was on purpose."""
    return isinstance(error, SystemExit) and str(error) in ("", "0", "None")


def open_notebook(path):
    """With the parameters of the run. Ends this program where it is not in Python."""
    notebook, name = Notebook(path), os.path.basename(path)
    language = language_of(notebook.content)
    if language != "python":
        stop(f"{name} is in {language.capitalize()}; without papermill or nbconvert only Python is executed here")
    inject_parameters(notebook.content, name)
    return notebook


def run_notebook(notebook):
    cells = [cell for cell in notebook.content["cells"] if cell["cell_type"] == "code"]
    for cell in cells:
        cell["outputs"], cell["execution_count"] = [], None
    sys.path.insert(0, os.getcwd())
    namespace = {"__name__": "__main__", "__builtins__": __builtins__}
    count = 0
    for cell in cells:
        if not source_of(cell).strip() or "skip-execution" in cell.get("metadata", {}).get("tags", []):
            continue
        count += 1
        try:
            error = run_cell(cell, count, namespace, notebook)
        finally:
            notebook.save()
        if error is not None and "raises-exception" not in cell.get("metadata", {}).get("tags", []):
            if is_clean_exit(error):
                return 0
            print("\n".join(cell["outputs"][-1]["traceback"]), file=sys.stderr)
            return 1
    return 0


def end_on_signal(number, _frame):
    """The time limit: the cell ends as by Ctrl-C, and what it had printed is saved."""
    raise KeyboardInterrupt(f"ended by {signal.Signals(number).name}")


def main():
    if len(sys.argv) != 2:
        raise SystemExit("usage: run_notebook.py NOTEBOOK")
    notebook = open_notebook(os.path.abspath(sys.argv[1]))
    print("run_notebook.py: neither papermill nor nbconvert is installed; executing with the standard library.", flush=True)
    signal.signal(signal.SIGTERM, end_on_signal)
    os.chdir(os.path.dirname(notebook.path))
    return run_notebook(notebook)


if __name__ == "__main__":
    sys.exit(main())
