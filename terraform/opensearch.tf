resource "aiven_opensearch" "this" {
  count = var.opensearch_enabled ? 1 : 0

  project                = module.inputs.project
  cloud_name             = module.inputs.cloud
  project_vpc_id         = module.inputs.project_vpc_id
  service_name           = module.inputs.opensearch.service_name
  plan                   = module.inputs.opensearch.plan
  termination_protection = var.termination_protection

  opensearch_user_config {
    opensearch_version = module.inputs.opensearch.version
    ip_filter_string   = module.inputs.allowed_networks

    opensearch_dashboards {
      enabled = true
    }
  }

  timeouts {
    create = "60m"
  }
}
