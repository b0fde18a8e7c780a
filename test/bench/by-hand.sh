#!/bin/sh
# The floor of a commit: what somebody does by hand. Clone the project, run the command, put the results into a folder of
# the output repository, push.
set -eu
project=$1 notebook=$2 output=$3 work=$4
run=$(date -u +%Y%m%d-%H%M%S)-$$
git clone --quiet "$project" "$work/source"
cd "$work/source"
./run.sh "$notebook" >"$work/log.txt" 2>&1
git clone --quiet --depth 1 "file://$output" "$work/output" 2>/dev/null
mkdir "$work/output/$run"
cp "$notebook" "$work/log.txt" "$work/output/$run/"
cd "$work/output"
git add -f "$run"
git -c user.name=bench -c user.email=bench@localhost commit --quiet -m "commit $run"
git push --quiet origin HEAD:main
