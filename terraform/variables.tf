# What is allowed is said, and checked, in modules/inputs, which needs no provider and is tested without one.

variable "project" {
  description = "Name of an Aiven project that exists; its CA signs Kafka's and PostgreSQL's certificates. A change destroys and recreates the services, without their data."
  type        = string
}

variable "allowed_networks" {
  description = "Networks in CIDR notation from which the services may be reached, such as [\"203.0.113.7/32\"]. There is no default: it is never everybody by accident."
  type        = set(string)
}

variable "open_to_the_world" {
  description = "Must be true for allowed_networks to hold 0.0.0.0/0 or ::/0. Certificates and passwords are then all that protects the services."
  type        = bool
  default     = false
}

variable "cloud" {
  description = "Cloud and region of all services, such as aws-eu-west-1 or google-europe-west1; one for all keeps them near each other."
  type        = string
  default     = "google-europe-west1"
}

variable "name_prefix" {
  description = "What the names of the services begin with. A change destroys and recreates them, with their data."
  type        = string
  default     = "clickstream"
}

variable "project_vpc_id" {
  description = "Id of a VPC of the project that the services run in, for private networking; null for none."
  type        = string
  default     = null
}

variable "termination_protection" {
  description = "Refuses to delete the services. Set it to false and apply before `terraform destroy`."
  type        = bool
  default     = true
}

variable "kafka_plan" {
  description = "Plan of Kafka. startup-4 is the smallest that new services can have; business-4 for production."
  type        = string
  default     = "startup-4"
}

variable "kafka_version" {
  description = "Version of Kafka."
  type        = string
  default     = "4.2"
}

variable "kafka_topic" {
  description = "Topic of the retail events. A change destroys the topic with its records and makes another: only what consumers have stored by then is kept."
  type        = string
  default     = "clickstream-events"
}

variable "kafka_topic_partitions" {
  description = "Partitions of the topic: the most consumers and storing connections that can work at the same time. It can only grow."
  type        = number
  default     = 6
}

variable "kafka_topic_replication" {
  description = "Copies of each partition, on as many brokers. Aiven refuses less than 2 on paid plans and recommends 3."
  type        = number
  default     = 2
}

variable "kafka_topic_retention_hours" {
  description = "How long records are kept, in hours; -1 keeps them for ever. What retention deletes before it was read is lost."
  type        = number
  default     = 168
}

variable "kafka_user_permission" {
  description = "What the services' user may do with topics: admin, or readwrite, which is enough where no command makes or deletes topics."
  type        = string
  default     = "admin"
}

variable "postgres_plan" {
  description = "Plan of PostgreSQL. Its connection limit must hold the pools of all services: 25 with hobbyist, 100 with startup-4."
  type        = string
  default     = "startup-4"
}

variable "postgres_version" {
  description = "Major version of PostgreSQL."
  type        = string
  default     = "17"
}

variable "postgres_database" {
  description = "Database of the tables. A change destroys the database with all that is stored in it and makes another."
  type        = string
  default     = "clickstream"
}

variable "valkey_plan" {
  description = "Plan of Valkey."
  type        = string
  default     = "startup-4"
}

variable "valkey_version" {
  description = "Version of Valkey."
  type        = string
  default     = "8.1"
}

variable "opensearch_enabled" {
  description = "Whether there is OpenSearch. It can be switched on later: the indexer begins with what the topic holds."
  type        = bool
  default     = false
}

variable "opensearch_plan" {
  description = "Plan of OpenSearch."
  type        = string
  default     = "startup-4"
}

variable "opensearch_version" {
  description = "Version of OpenSearch."
  type        = string
  default     = "2.19"
}
