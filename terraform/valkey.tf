resource "aiven_valkey" "this" {
  project                = module.inputs.project
  cloud_name             = module.inputs.cloud
  project_vpc_id         = module.inputs.project_vpc_id
  service_name           = module.inputs.valkey.service_name
  plan                   = module.inputs.valkey.plan
  termination_protection = var.termination_protection

  valkey_user_config {
    valkey_version          = module.inputs.valkey.version
    valkey_ssl              = true
    valkey_persistence      = "rdb"
    valkey_maxmemory_policy = "noeviction"
    ip_filter_string        = module.inputs.allowed_networks
  }

  timeouts {
    create = "60m"
  }
}
