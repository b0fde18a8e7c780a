#!/usr/bin/env python3
"""Executes a notebook in place with the Python standard library alone.

For computers without Jupyter: Python cells only, no magics, no widgets. Parameters become a cell of their own, as in papermill.
Like nbconvert it stops at the first error, which it saves in the notebook, and exits 1. It saves after every cell and about
every second within one, so that progress shows; less often where a save takes long.
"""
import ast
import contextlib
import io
import json
import linecache
import math
import os
import re
import signal
import sys
import tempfile
import time
import traceback
import uuid
from datetime import datetime, timezone

SAVE_SECONDS = 1.0
SAVE_SHARE = 20  # this many times as long as a save took, a cell then runs without one: saving stays a small part of it
INJECTED = "injected-parameters"

WORDS = {"python": ("None", "True", "False"), "r": ("NULL", "TRUE", "FALSE"), "julia": ("nothing", "true", "false")}
MAPPINGS = {"python": ("{", ": ", "}"), "r": ("list(", " = ", ")"), "julia": ("Dict(", " => ", ")")}


def say(text):
    print(f"{os.path.basename(sys.argv[0])}: {text}", file=sys.stderr, flush=True)


def stop(text):
    say(text)
    sys.exit(1)


def read_json(path):
    """Ends this program if the file cannot be read as JSON. Skips a byte order mark, as Windows editors write it."""
    try:
        with open(path, encoding="utf-8-sig") as file:
            return json.load(file)
    except OSError as error:
        stop(f"{path} cannot be read: {error.strerror}")
    except UnicodeDecodeError:
        stop(f"{path} is not UTF-8. Save it in that encoding")
    except (ValueError, RecursionError) as error:
        stop(f"{path} is not JSON that Python can read: {error}")


def read_notebook(path):
    """Ends this program where it is none of format 4. A member of another type than the format has counts as absent."""
    content = read_json(path)
    if member(content, "nbformat") != 4:
        stop(f"{path} is not a notebook of format 4")
    cells = content.get("cells")
    if not isinstance(cells, list):
        stop(f"{path} has no list of cells. Save it anew in Jupyter")
    for number, cell in enumerate(cells, 1):
        if not isinstance(cell, dict):
            stop(f"{path} has a cell that is not an object: number {number}. Delete it")
        if not isinstance(cell.get("metadata"), dict):
            cell["metadata"] = {}
    return content


def notebook_bytes(content):
    """As Jupyter writes it. One half of a surrogate pair has no bytes of its own and stays an escape."""
    text = json.dumps(content, indent=1, ensure_ascii=False, default=io.StringIO.getvalue)
    return (text + "\n").encode("utf-8", "backslashreplace")


def member(value, *keys):
    """The member of nested objects that `keys` lead to; None where there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def text_member(value, *keys):
    """As `member`; empty if that is not text."""
    found = member(value, *keys)
    return found if isinstance(found, str) else ""


def source_of(cell):
    source = cell.get("source")
    lines = source if isinstance(source, list) else [source]
    return "".join(line for line in lines if isinstance(line, str))


def tags_of(cell):
    tags = member(cell, "metadata", "tags")
    return tags if isinstance(tags, list) else []


def is_code(cell):
    return cell.get("cell_type") == "code"


def first_tagged(cells, tag):
    return next((index for index, cell in enumerate(cells) if tag in tags_of(cell)), None)


def named_language(content):
    """The language that the notebook itself names; None where it names none."""
    metadata = content.get("metadata")
    found = [
        text_member(metadata, "kernelspec", "language"),
        text_member(metadata, "language_info", "name"),
        text_member(metadata, "jupytext", "main_language"),
        *(text_member(cell, "metadata", "vscode", "languageId") for cell in content["cells"] if is_code(cell)),
    ]
    return next((each for each in found if each), None)


def language_of(content):
    """In lower case. A notebook that shows no sign of another language is in Python."""
    kernel = text_member(content, "metadata", "kernelspec", "name").lower()
    by_kernel = "r" if kernel == "ir" else "julia" if kernel.startswith("julia") else "python"
    language = (named_language(content) or by_kernel).lower()
    return "python" if re.match(r"i?python", language) else language


def given_parameters():
    path = os.environ.get("MYMLOPS_PARAMS")
    if not path:
        return {}
    values = read_json(path)
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
    minor = content.get("nbformat_minor")
    if isinstance(minor, int) and minor >= 5:
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


def write_whole(path, data):
    """Writes an existing file: never half of it, not even when a signal comes in the middle."""
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    try:
        handle, fresh = tempfile.mkstemp(dir=os.path.dirname(os.path.abspath(path)), prefix=".run_notebook-")
        try:
            with open(handle, "wb") as file:
                file.write(data)
            os.chmod(fresh, os.stat(path).st_mode & 0o777)
            os.replace(fresh, path)
        except BaseException:
            os.unlink(fresh)
            raise
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


class Notebook:
    """A notebook file. It is never half written."""

    def __init__(self, path):
        self.path = path
        self.content = read_notebook(path)

    def save(self):
        write_whole(self.path, notebook_bytes(self.content))


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
            last["text"].write(text)
        else:
            printed = io.StringIO()  # grows in place, where a text would be copied for each piece
            printed.write(text)
            self._outputs.append({"output_type": "stream", "name": self._name, "text": printed})
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
    cell["metadata"]["execution"] = {"shell.execute_reply.started": datetime.now(timezone.utc).isoformat()}
    due = time.monotonic() + SAVE_SECONDS

    def changed():
        nonlocal due
        started = time.monotonic()
        if started >= due:
            notebook.save()
            ended = time.monotonic()
            due = ended + max(SAVE_SECONDS, SAVE_SHARE * (ended - started))

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
    cells = [cell for cell in notebook.content["cells"] if is_code(cell)]
    for cell in cells:
        cell["outputs"], cell["execution_count"] = [], None
    sys.path.insert(0, os.getcwd())
    namespace = {"__name__": "__main__", "__builtins__": __builtins__}
    count = 0
    for cell in cells:
        if not source_of(cell).strip() or "skip-execution" in tags_of(cell):
            continue
        count += 1
        try:
            error = run_cell(cell, count, namespace, notebook)
        finally:
            notebook.save()
        if error is not None and "raises-exception" not in tags_of(cell):
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
