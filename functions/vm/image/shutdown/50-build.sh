# ---- a build whose VM goes down --------------------------------------------------------------------------------------
# The report is all: half a setup is worth nothing, and nothing may be written to a disk that becomes an image.
