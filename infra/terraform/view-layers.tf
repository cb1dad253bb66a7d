# BigQuery makes a view only when the views that it reads are there, and Terraform makes the instances of one
# resource in any order. So the views come in four layers, found by what their SQL reads.
locals {
  views_read_by = {
    for view, sql in local.view_sql : view => [
      for other in keys(local.view_sql) : other if other != view && can(regex("[}][.]${other}\\b", sql))
    ]
  }

  first_views = [for view, reads in local.views_read_by : view if length(reads) == 0]
  second_views = [
    for view, reads in local.views_read_by : view
    if length(reads) > 0 && length(setsubtract(reads, local.first_views)) == 0
  ]
  third_views = [
    for view, reads in local.views_read_by : view
    if !contains(concat(local.first_views, local.second_views), view)
    && length(setsubtract(reads, concat(local.first_views, local.second_views))) == 0
  ]
  fourth_views = [
    for view in keys(local.view_sql) : view
    if !contains(concat(local.first_views, local.second_views, local.third_views), view)
  ]
}
