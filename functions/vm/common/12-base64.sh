# ---- base64 ----------------------------------------------------------------------------------------------------------
# Free text travels as base64, in both directions; a short text is encoded without a process.

# REPLY: numeric codes of the bytes of a text, separated by spaces. Some shells take bytes for signed, hence the mask.
byte_codes() {
  local text=$1 index code
  REPLY=''
  for ((index = 0; index < ${#text}; index++)); do
    printf -v code '%d' "'${text:index:1}"
    REPLY="$REPLY $((code & 255))"
  done
}

# REPLY: base64 of the bytes whose codes are given.
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

# REPLY: base64 of bytes given as hex: an md5 in the form of the bucket's answer.
base64_of_hex() {
  local hex=$1 codes=''
  while [ -n "$hex" ]; do
    codes="$codes $((16#${hex:0:2}))"
    hex=${hex:2}
  done
  # shellcheck disable=SC2086 # a list of numbers
  base64_of_codes $codes
}

# Sets decode_option: older Macs know -D only, GNU -d only. Whichever base64 comes first on the PATH is asked.
choose_decoder() {
  decode_option=-d
  if [ "$(printf 'QQ==' | base64 -d 2>/dev/null)" != A ]; then decode_option=-D; fi
}

# Decodes base64 from stdin.
decode64() {
  base64 "$decode_option"
}

# REPLY: the text behind a -64 value.
decode_text() {
  REPLY=''
  if [ -n "$1" ]; then REPLY=$(printf '%s' "$1" | decode64); fi
}
