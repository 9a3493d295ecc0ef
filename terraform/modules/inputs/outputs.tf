output "project" {
  description = "The project."
  value       = var.project
}

output "cloud" {
  description = "Cloud and region of all services."
  value       = var.cloud
}

output "project_vpc_id" {
  description = "VPC of all services, or null."
  value       = var.project_vpc_id
}

output "allowed_networks" {
  description = "Networks that may reach the services."
  value       = var.allowed_networks
}

output "kafka" {
  description = "Kafka's service and its user."
  value = {
    service_name = "${var.name_prefix}-kafka"
    plan         = var.kafka_plan
    version      = var.kafka_version
    user         = var.name_prefix
    permission   = var.kafka_user_permission
  }
}

output "topic" {
  description = "The topic; the provider takes the numbers of its configuration as texts."
  value = {
    name         = var.kafka_topic
    partitions   = var.kafka_topic_partitions
    replication  = var.kafka_topic_replication
    retention_ms = var.kafka_topic_retention_hours == -1 ? "-1" : tostring(var.kafka_topic_retention_hours * 3600000)
    # One broker may be away, as it is in every maintenance window, and producers that wait for all replicas still go on.
    min_insync_replicas = tostring(max(1, var.kafka_topic_replication - 1))
  }
}

output "topic_patterns" {
  description = "The topics that the services' user may use: the one of the events and, as admin, those that benchmarks make."
  value       = toset(var.kafka_user_permission == "admin" ? [var.kafka_topic, "clickstream*"] : [var.kafka_topic])
}

output "postgres" {
  description = "PostgreSQL's service and its database."
  value = {
    service_name = "${var.name_prefix}-pg"
    plan         = var.postgres_plan
    version      = var.postgres_version
    database     = var.postgres_database
  }
}

output "valkey" {
  description = "Valkey's service."
  value = {
    service_name = "${var.name_prefix}-valkey"
    plan         = var.valkey_plan
    version      = var.valkey_version
  }
}

output "opensearch" {
  description = "OpenSearch's service."
  value = {
    service_name = "${var.name_prefix}-opensearch"
    plan         = var.opensearch_plan
    version      = var.opensearch_version
  }
}
