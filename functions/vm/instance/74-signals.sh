# ---- the program that samples signals --------------------------------------------------------------------------------
# Python, as it reads JSON and the tables of processes.

signals_program() {
  cat <<'PYTHON'
print('silent - 0')
print('')
PYTHON
}
