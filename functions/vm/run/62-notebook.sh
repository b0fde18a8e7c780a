# ---- the notebook ----------------------------------------------------------------------------------------------------
# What its file shows. shutdown.sh looks at it as well.

# Whether the notebook is complete. One that is just being written must not replace the complete one in the bucket.
ends_as_notebook() {
  case $(tail -c 100 "$1" | tr -d '[:space:]') in
    *'}') ;;
    *) return 1 ;;
  esac
}
