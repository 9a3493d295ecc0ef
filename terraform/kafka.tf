resource "aiven_kafka" "this" {
  project                = module.inputs.project
  cloud_name             = module.inputs.cloud
  project_vpc_id         = module.inputs.project_vpc_id
  service_name           = module.inputs.kafka.service_name
  plan                   = module.inputs.kafka.plan
  termination_protection = var.termination_protection

  kafka_user_config {
    kafka_version    = module.inputs.kafka.version
    ip_filter_string = module.inputs.allowed_networks

    # Client certificates only. What is left out here would stay as it is, so both are said.
    kafka_authentication_methods {
      certificate = true
      sasl        = false
    }

    kafka {
      auto_create_topics_enable = false
    }
  }

  timeouts {
    create = "60m"
  }
}

resource "aiven_kafka_topic" "events" {
  project      = module.inputs.project
  service_name = aiven_kafka.this.service_name
  topic_name   = module.inputs.topic.name
  partitions   = module.inputs.topic.partitions
  replication  = module.inputs.topic.replication

  config {
    cleanup_policy      = "delete"
    retention_ms        = module.inputs.topic.retention_ms
    min_insync_replicas = module.inputs.topic.min_insync_replicas
  }
}

# Not avnadmin: its certificate may do anything to the service.
resource "aiven_kafka_user" "services" {
  project      = module.inputs.project
  service_name = aiven_kafka.this.service_name
  username     = module.inputs.kafka.user
}

# Without an entry the user is authenticated and then refused. Consumer groups are implied.
resource "aiven_kafka_acl" "services" {
  for_each = module.inputs.topic_patterns

  project      = module.inputs.project
  service_name = aiven_kafka.this.service_name
  username     = aiven_kafka_user.services.username
  topic        = each.value
  permission   = module.inputs.kafka.permission
}
