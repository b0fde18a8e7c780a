# ---- base64 ----------------------------------------------------------------------------------------------------------
# Free text is sent as base64 in both directions. Short texts are encoded in bash itself: a list may have 20,000 names,
# and a process for each would take minutes.

# REPLY: the numeric codes of the bytes of a text, separated by spaces. Some shells treat bytes as signed, hence the mask.
byte_codes() {
  local text=$1 index code
  REPLY=''
  for ((index = 0; index < ${#text}; index++)); do
    printf -v code '%d' "'${text:index:1}"
    REPLY="$REPLY $((code & 255))"
  done
}

# REPLY: base64 of the bytes with these codes.
base64_of_codes() {
  local alphabet=ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/ bits four
  REPLY=''
  while [ $# -gt 0 ]; do
    bits=$((($1 << 16) + (${2:-0} << 8) + ${3:-0}))
    four="${alphabet:bits >> 18:1}${alphabet:(bits >> 12) & 63:1}${alphabet:(bits >> 6) & 63:1}${alphabet:bits & 63:1}"
    case $# in
      1) four="${four:0:2}==" ;;
      2) four="${four:0:3}=" ;;
    esac
    REPLY="$REPLY$four"
    if [ $# -gt 3 ]; then shift 3; else shift $#; fi
  done
}

# REPLY: base64 of a short text.
base64_of() {
  byte_codes "$1"
  # shellcheck disable=SC2086 # a list of numbers
  base64_of_codes $REPLY
}

# REPLY: base64 of bytes in hex, such as an md5: the bucket answers in base64.
base64_of_hex() {
  local hex=$1 codes=''
  while [ -n "$hex" ]; do
    codes="$codes $((16#${hex:0:2}))"
    hex=${hex:2}
  done
  # shellcheck disable=SC2086 # a list of numbers
  base64_of_codes $codes
}

# Sets decode_option. On older Macs only -D works, with GNU only -d: the first base64 on the PATH is tested.
choose_decoder() {
  decode_option=-d
  if [ "$(printf 'QQ==' | base64 -d 2>/dev/null)" != A ]; then decode_option=-D; fi
}

# Decodes base64 from stdin.
decode64() {
  base64 "$decode_option"
}

# REPLY: the text of a base64 value.
decode_text() {
  REPLY=''
  if [ -n "$1" ]; then REPLY=$(printf '%s' "$1" | decode64); fi
}
