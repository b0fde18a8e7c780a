# ---- metadata --------------------------------------------------------------------------------------------------------
# The settings of this VM, and its own id.

# Reads everything at the start with one curl, which --fail-early ends at the first call that fails. The token is the last of
# what the VM needs, and the name of the image comes after it.
read_metadata() {
  local try=0
  until metadata_curl --fail-early --max-time 10 -D "$private/headers" -o "$private/attributes" "$METADATA/attributes/?recursive=true&alt=json" \
    -o "$private/vm-id" "$METADATA/id" -o "$private/token" "$METADATA/service-accounts/default/token" \
    -o "$private/image" "$METADATA/image" || { [ "$?" -eq 22 ] && [ -s "$private/token" ]; }; do
    try=$((try + 1))
    set_metadata_problem
    note "$REPLY"
    if [ "$try" -ge 30 ]; then die "$REPLY"; fi
    pause 2
  done
  parse_attributes
  read_file "$private/vm-id" && vm_id=$REPLY
  read_file "$private/token"
  use_token "$REPLY"
  read_image
  require_attributes
}

# Sets vm_image: the image that the boot disk was made of, such as projects/debian-cloud/global/images/debian-12-bookworm-v20250311
# (https://cloud.google.com/compute/docs/metadata/predefined-metadata-keys). One that comes from elsewhere may have none.
read_image() {
  read_file "$private/image"
  case $REPLY in
    *[!A-Za-z0-9._:/-]*) return 0 ;; # no name: it must not break the report
  esac
  # shellcheck disable=SC2034 # not every kind reports it
  if [ "${#REPLY}" -le "$IMAGE_NAME_LENGTH" ]; then vm_image=$REPLY; fi
}

# REPLY: why the metadata could not be read.
set_metadata_problem() {
  REPLY='the metadata server does not answer'
  if [ -s "$private/vm-id" ]; then
    REPLY='the metadata server gives no access token: the VM has no service account, or it is disabled'
  fi
}

# REPLY: seconds since 1970 by the metadata server's clock, which is the host's: the VM's own clock may be wrong right after
# boot. Empty if the answer had no date. RFC 9110: `Date: Tue, 15 Nov 1994 08:12:31 GMT`.
metadata_seconds() {
  local line day month year hour minute second months=JanFebMarAprMayJunJulAugSepOctNovDec
  local pattern='[Dd]ate: *[A-Z][a-z]+, ([0-9]+) ([A-Z][a-z]+) ([0-9]+) ([0-9]+):([0-9]+):([0-9]+) GMT'
  read_file "$private/headers"
  line=$REPLY REPLY=''
  if ! [[ $line =~ $pattern ]]; then return 0; fi
  day=${BASH_REMATCH[1]} year=${BASH_REMATCH[3]} hour=${BASH_REMATCH[4]} minute=${BASH_REMATCH[5]}
  second=${BASH_REMATCH[6]} months=${months%%"${BASH_REMATCH[2]}"*}
  # Here a year begins in March, so that a leap day is its last day.
  month=$((${#months} / 3 + 1))
  if [ "$month" -le 2 ]; then month=$((month + 12)) year=$((year - 1)); fi
  day=$((365 * year + year / 4 - year / 100 + year / 400 + (153 * (month - 3) + 2) / 5 + 10#$day - 719469))
  REPLY=$((day * 86400 + 10#$hour * 3600 + 10#$minute * 60 + 10#$second))
}

# Sets a variable meta_<key> for each key of mymlops. The values hold no quotes or escapes, and inside another value (the
# startup script itself) quotes are escaped, so the pattern finds only these keys. Some JSON writers escape = + and /.
parse_attributes() {
  local line key value pattern='"mymlops-[a-z0-9-]*" *: *"[A-Za-z0-9+/=._:-]*"'
  while IFS= read -r line; do
    key=${line#\"mymlops-}
    key=${key%%\"*}
    key=${key//-/_}
    value=${line#*:*\"}
    case " $keys " in
      *" $key "*) printf -v "meta_$key" '%s' "${value%\"}" ;;
    esac
  done < <(sed -e 's/\\u003d/=/g' -e 's/\\u002b/+/g' -e 's,\\/,/,g' "$private/attributes" | grep -o "$pattern")
}

# Checks that no required key is missing. Numbers have the documented defaults.
require_attributes() {
  local key name
  for key in $required_keys; do
    name="meta_$key"
    if [ -z "${!name}" ]; then die "the VM's metadata lacks mymlops-${key//_/-}"; fi
  done
  number_or meta_heartbeat_seconds 60
  number_or meta_progress_seconds 30
  number_or meta_time_limit_seconds 0 0
}

# Sets a variable that is not a whole number to a default ($2), and a 0 to the least value ($3, or 1).
number_or() {
  case ${!1} in
    '' | *[!0-9]*) printf -v "$1" '%s' "$2" ;;
    0) printf -v "$1" '%s' "${3:-1}" ;;
  esac
}

# Writes the variables that shutdown.sh needs, as shell text.
# shellcheck disable=SC2034 # agent is read by its name
write_settings() {
  local name agent=$$
  for name in $settings_names agent; do
    printf '%s=%q\n' "$name" "${!name}"
  done >"$private/settings"
}
