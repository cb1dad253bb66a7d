locals {
  folder = "${path.module}/../../../bigquery/views"

  # What a row is, and a line per column: the comment that each file opens with.
  descriptions = {
    for view in var.views : view => join("\n", [
      for line in split("\n", regex("^(?:--[^\n]*\n)+", file("${local.folder}/${view}.sql"))) :
      trimprefix(trimprefix(line, "--"), " ")
    ])
  }
}
