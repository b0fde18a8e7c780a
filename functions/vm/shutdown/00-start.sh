#!/bin/bash
# Runs when the VM goes down: reports it, and saves results in the seconds that remain. It exits at once if the agent has
# finished its work or the VM is fenced: deletion must not wait for this script. Static, and with the same needs as agent.sh,
# whose private folder it reads. The build puts it together from this folder, from parts of the agent, and from what the VM's
# kind saves (scripts/agent.mjs).
set -Eeuo pipefail
trap 'exit 0' EXIT TERM INT HUP # a failure cannot be reported any more
