#!/bin/bash
# The agent of a VM. Static: every value comes from the VM's metadata. Needs bash 3.2, curl, git and POSIX tools; no jq,
# python or gcloud. A function answers in REPLY: a command substitution would cost a process each.
# common/ is what the agent of any VM needs; what a kind of VM does is in the folder of the kind, such as run/. The build
# puts both together, in the order of the files' names (scripts/agent.mjs). common/ uses no name of a kind.
set -Eeuo pipefail
trap 'on_exit "$?"' EXIT
trap 'error_line=$LINENO error_command=$BASH_COMMAND' ERR
trap 'leave_for_signal' TERM INT HUP
