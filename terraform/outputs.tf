# What `clickstream`, the services and the AppHost read with `terraform output -json`. Names and types are a contract with them.

output "kafka_bootstrap_servers" {
  description = "Kafka's host:port, the listener that wants a client certificate."
  value       = module.outputs.kafka_bootstrap_servers
}

output "kafka_ca_pem" {
  description = "The project's CA, which signed Kafka's certificates."
  value       = module.outputs.kafka_ca_pem
  sensitive   = true
}

output "kafka_access_cert_pem" {
  description = "The services' client certificate."
  value       = module.outputs.kafka_access_cert_pem
  sensitive   = true
}

output "kafka_access_key_pem" {
  description = "Its private key."
  value       = module.outputs.kafka_access_key_pem
  sensitive   = true
}

output "kafka_topic" {
  description = "Topic of the retail events."
  value       = module.outputs.kafka_topic
}

output "kafka_topic_partitions" {
  description = "Its partitions."
  value       = module.outputs.kafka_topic_partitions
}

output "postgres_host" {
  description = "PostgreSQL itself, not a connection pooler."
  value       = module.outputs.postgres_host
}

output "postgres_port" {
  description = "Its port."
  value       = module.outputs.postgres_port
}

output "postgres_user" {
  description = "Who connects."
  value       = module.outputs.postgres_user
}

output "postgres_password" {
  description = "With what."
  value       = module.outputs.postgres_password
  sensitive   = true
}

output "postgres_database" {
  description = "Database of the tables."
  value       = module.outputs.postgres_database
}

output "postgres_sslmode" {
  description = "The only mode that is good enough: certificate and host name are verified."
  value       = module.outputs.postgres_sslmode
}

output "postgres_ca_pem" {
  description = "The project's CA, which signed PostgreSQL's certificate."
  value       = module.outputs.postgres_ca_pem
  sensitive   = true
}

output "valkey_host" {
  description = "Valkey."
  value       = module.outputs.valkey_host
}

output "valkey_port" {
  description = "Its port."
  value       = module.outputs.valkey_port
}

output "valkey_user" {
  description = "Who connects."
  value       = module.outputs.valkey_user
}

output "valkey_password" {
  description = "With what."
  value       = module.outputs.valkey_password
  sensitive   = true
}

output "opensearch_enabled" {
  description = "Whether there is OpenSearch; the outputs below are absent otherwise."
  value       = module.outputs.opensearch_enabled
}

output "opensearch_uri" {
  description = "OpenSearch, without user and password."
  value       = module.outputs.opensearch_uri
}

output "opensearch_user" {
  description = "Who connects."
  value       = module.outputs.opensearch_user
}

output "opensearch_password" {
  description = "With what."
  value       = module.outputs.opensearch_password
  sensitive   = true
}

output "opensearch_dashboards_uri" {
  description = "OpenSearch Dashboards."
  value       = module.outputs.opensearch_dashboards_uri
}
