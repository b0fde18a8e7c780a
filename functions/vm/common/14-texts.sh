# ---- texts -----------------------------------------------------------------------------------------------------------
# Texts for JSON, URLs, messages and the configuration of curl.

# REPLY: the value of a JSON field. The value must hold no spaces or quotes (hash, size, generation, token).
json_field() {
  local pattern="\"$2\"[[:space:]]*:[[:space:]]*\"?([^\",}[:space:]]*)"
  REPLY=''
  if [[ $1 =~ $pattern ]]; then REPLY=${BASH_REMATCH[1]}; fi
}

# REPLY: a text made fit for a message: one line, no control characters, no credentials, at most 400 bytes.
message_text() {
  local text=${1//[[:cntrl:]]/ } credentials='://[^/@[:space:]]+@'
  while [[ $text =~ $credentials ]]; do text=${text//"${BASH_REMATCH[0]}"/://}; done
  if [ ${#text} -gt 400 ]; then
    text=${text:0:400}
    while [[ $text == *[$'\x80'-$'\xbf'] ]]; do text=${text:0:${#text}-1}; done # do not cut inside a UTF-8 character
    text=${text%[$'\xc0'-$'\xff']}
  fi
  REPLY=$text
}

# REPLY: a text with percent-encoding; unreserved characters and slashes stay.
url_encode() {
  local text=$1 index char code encoded=''
  case $text in
    *[!A-Za-z0-9._~/-]*) ;;
    *) REPLY=$text && return ;;
  esac
  for ((index = 0; index < ${#text}; index++)); do
    char=${text:index:1}
    case $char in
      [A-Za-z0-9._~/-]) encoded=$encoded$char ;;
      *)
        printf -v code '%d' "'$char"
        printf -v char '%%%02X' "$((code & 255))"
        encoded=$encoded$char
        ;;
    esac
  done
  REPLY=$encoded
}

# REPLY: a text escaped for a double-quoted string in JSON or in a configuration of curl.
quote_text() {
  local text=${1//\\/\\\\}
  text=${text//\"/\\\"}
  text=${text//$'\t'/\\t}
  REPLY=${text//$'\r'/\\r}
}
