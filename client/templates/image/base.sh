# The setup of `mymlops-client image build --base`: the programs that run a notebook, in the Python that runs find first on
# their PATH. `./run.sh` of a new project takes papermill.
set -euo pipefail
python3 -m pip install --quiet --no-cache-dir --disable-pip-version-check papermill ipykernel nbconvert jupyterlab
papermill --version
python3 -m ipykernel --version
