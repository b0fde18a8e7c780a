#!/usr/bin/env bash
# What only Google's provider itself can tell about the module: `validate`, `plan`, and after an apply no second difference.
#
#   deploy/gcp/check-with-provider.sh PROJECT REGION            validate and plan; nothing is made
#   deploy/gcp/check-with-provider.sh PROJECT REGION --apply    makes a deployment, plans again, and destroys it
#
# Takes Terraform, a network, and for plan and apply `gcloud auth application-default login`. Run it in the repository after
# `npm ci`. With --apply, buckets and the database stay: their names are printed.
set -Eeuo pipefail
if [ $# -lt 2 ]; then
  sed -n '4,5s/^# *//p' "$0" >&2
  exit 2
fi
project=$1 region=$2
client="$(cd "$(dirname "$0")/../.." && pwd)/client/bin/mymlops-client.cjs"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

node "$client" deploy --project "$project" --region "$region" --write root
cd root
terraform init -input=false
terraform validate
if [ "${3:-}" != --apply ]; then
  terraform plan -input=false
  exit
fi

finish() {
  terraform destroy -auto-approve -input=false
  echo "These stay, and cost what their bytes cost:"
  printf '%s\n' "$names"
  rm -rf "$work"
}
names=''
trap finish EXIT
# A right that was just given is not known everywhere at once.
terraform apply -auto-approve -input=false || { sleep 60 && terraform apply -auto-approve -input=false; }
names=$(terraform output -json names)
terraform plan -detailed-exitcode -input=false || {
  echo "A second plan shows a difference: please report it with the lines above." >&2
  exit 1
}
echo "No second difference."
