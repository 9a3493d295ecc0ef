resource "aiven_pg" "this" {
  project                = module.inputs.project
  cloud_name             = module.inputs.cloud
  project_vpc_id         = module.inputs.project_vpc_id
  service_name           = module.inputs.postgres.service_name
  plan                   = module.inputs.postgres.plan
  termination_protection = var.termination_protection

  pg_user_config {
    pg_version       = module.inputs.postgres.version
    ip_filter_string = module.inputs.allowed_networks
  }

  timeouts {
    create = "60m"
  }
}

# No prevent_destroy, here and for the topic: it cannot be switched off by a variable, and would stop `terraform destroy`. What a change
# of the name does is said where the variable is, and by the plan.
resource "aiven_pg_database" "clickstream" {
  project       = module.inputs.project
  service_name  = aiven_pg.this.service_name
  database_name = module.inputs.postgres.database
}
