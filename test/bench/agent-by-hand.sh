#!/bin/bash
# The floor of the agent: its calls, as many with one curl, and the same clone. Lines before this, which the bench writes, set
# what the agent finds in its metadata. Nothing is tried twice, and no answer is looked at but the identity token.
# shellcheck disable=SC2154
set -Eeuo pipefail
metadata="http://$GCE_METADATA_HOST/computeMetadata/v1/instance"
objects="$url/storage/v1/b/$results_bucket/o/${prefix//\//%2F}"
google=(-q -sS -H "Authorization: Bearer $token")

# A report: its JSON.
publish() {
  local data
  data=$(printf '%s' "$1" | base64 | tr -d '\n')
  curl "${google[@]}" -H 'Content-Type: application/json' -o /dev/null \
    -d "{\"messages\":[{\"data\":\"$data\",\"attributes\":{$identity}}]}" \
    "$url/v1/projects/local/topics/mymlops-events:publish"
}

curl -q -sS --noproxy '*' -H 'Metadata-Flavor: Google' -o attributes "$metadata/attributes/?recursive=true&alt=json" \
  -o id "$metadata/id" -o token "$metadata/service-accounts/default/token"
curl "${google[@]}" -o source.bundle "$url/storage/v1/b/$results_bucket/o/sources%2Ftree.bundle?alt=media"
printf '{"v":1,"vmId":"4711","boot":"boot-by-hand"}\n' >claim
curl "${google[@]}" -X POST -T claim -o answer \
  "$url/upload/storage/v1/b/$results_bucket/o?uploadType=media&name=${prefix}claim&ifGenerationMatch=0" \
  --next "${google[@]}" -o claimed "${objects}claim?alt=media" \
  --next "${google[@]}" -o fenced "${objects}fenced?alt=media"
genuine=$(curl -q -sS --noproxy '*' -H 'Metadata-Flavor: Google' \
  "$metadata/service-accounts/default/identity?audience=$run&format=full")
identity="\"identity1\":\"${genuine:0:1000}\",\"identity2\":\"${genuine:1000}\""
publish "$report_source"
git init -q repo
git -C repo fetch -q ../source.bundle refs/mymlops/snapshot
git -C repo checkout -q --detach FETCH_HEAD
curl "${google[@]}" -o fenced "${objects}fenced?alt=media"
publish "$report_execute"
mkdir -p artifacts checkpoints
cd repo
exec bash -c "$command"
