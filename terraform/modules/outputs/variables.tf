variable "project_ca_pem" {
  description = "CA of the project."
  type        = string
  sensitive   = true
  nullable    = false
}

variable "kafka" {
  description = "Kafka's listener for client certificates, and the topic."
  type        = object({ host = string, port = number, topic = string, partitions = number })
  nullable    = false
}

variable "kafka_access_cert_pem" {
  description = "Certificate of the services' user."
  type        = string
  sensitive   = true
  nullable    = false
}

variable "kafka_access_key_pem" {
  description = "Private key of the services' user."
  type        = string
  sensitive   = true
  nullable    = false
}

variable "postgres" {
  description = "PostgreSQL."
  type        = object({ host = string, port = number, user = string, database = string })
  nullable    = false
}

variable "postgres_password" {
  description = "Password of PostgreSQL's user."
  type        = string
  sensitive   = true
  nullable    = false
}

variable "valkey" {
  description = "Valkey."
  type        = object({ host = string, port = number, user = string })
  nullable    = false
}

variable "valkey_password" {
  description = "Password of Valkey's user."
  type        = string
  sensitive   = true
  nullable    = false
}

variable "opensearch" {
  description = "OpenSearch, or null where there is none. The Dashboards are among the components."
  type = object({
    host       = string
    port       = number
    user       = string
    components = list(object({ component = string, host = string, port = number, route = string }))
  })
  default = null
}

variable "opensearch_password" {
  description = "Password of OpenSearch's user; null where there is none."
  type        = string
  sensitive   = true
  default     = null
}
