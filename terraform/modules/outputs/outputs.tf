# A null output is absent from `terraform output -json`.

output "kafka_bootstrap_servers" {
  description = "Kafka's host:port, the listener that wants a client certificate."
  value       = "${var.kafka.host}:${var.kafka.port}"
}

output "kafka_ca_pem" {
  description = "The project's CA, which signed Kafka's certificates."
  value       = var.project_ca_pem
  sensitive   = true
}

output "kafka_access_cert_pem" {
  description = "The services' client certificate."
  value       = var.kafka_access_cert_pem
  sensitive   = true
}

output "kafka_access_key_pem" {
  description = "Its private key."
  value       = var.kafka_access_key_pem
  sensitive   = true
}

output "kafka_topic" {
  description = "Topic of the retail events."
  value       = var.kafka.topic
}

output "kafka_topic_partitions" {
  description = "Its partitions."
  value       = var.kafka.partitions
}

output "postgres_host" {
  description = "PostgreSQL itself, not a connection pooler."
  value       = var.postgres.host
}

output "postgres_port" {
  description = "Its port."
  value       = var.postgres.port
}

output "postgres_user" {
  description = "Who connects."
  value       = var.postgres.user
}

output "postgres_password" {
  description = "With what."
  value       = var.postgres_password
  sensitive   = true
}

output "postgres_database" {
  description = "Database of the tables."
  value       = var.postgres.database
}

output "postgres_sslmode" {
  description = "The only mode that is good enough: certificate and host name are verified."
  value       = "verify-full"
}

output "postgres_ca_pem" {
  description = "The project's CA, which signed PostgreSQL's certificate."
  value       = var.project_ca_pem
  sensitive   = true
}

output "valkey_host" {
  description = "Valkey."
  value       = var.valkey.host
}

output "valkey_port" {
  description = "Its port."
  value       = var.valkey.port
}

output "valkey_user" {
  description = "Who connects."
  value       = var.valkey.user
}

output "valkey_password" {
  description = "With what."
  value       = var.valkey_password
  sensitive   = true
}

output "opensearch_enabled" {
  description = "Whether there is OpenSearch; the outputs below are absent otherwise."
  value       = var.opensearch != null
}

output "opensearch_uri" {
  description = "OpenSearch, without user and password."
  value       = var.opensearch == null ? null : "https://${var.opensearch.host}:${var.opensearch.port}"
}

output "opensearch_user" {
  description = "Who connects."
  value       = try(var.opensearch.user, null)
}

output "opensearch_password" {
  description = "With what."
  value       = var.opensearch_password
  sensitive   = true
}

output "opensearch_dashboards_uri" {
  description = "OpenSearch Dashboards."
  value = one([
    for c in try(var.opensearch.components, []) : "https://${c.host}:${c.port}"
    if c.component == "opensearch_dashboards" && c.route == "dynamic"
  ])
}
