variable "project" {
  description = "Name of an Aiven project."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-zA-Z0-9_-]{1,63}$", var.project))
    error_message = "project must be the name of an Aiven project: 1 to 63 letters, digits, '_' and '-'."
  }
}

variable "allowed_networks" {
  description = "Networks that may reach the services."
  type        = set(string)
  nullable    = false

  validation {
    condition     = length(var.allowed_networks) > 0
    error_message = "allowed_networks is empty; name the networks of your services, such as [\"203.0.113.7/32\"]."
  }

  validation {
    condition     = alltrue([for network in var.allowed_networks : can(cidrhost(network, 0))])
    error_message = "allowed_networks must be networks in CIDR notation, such as 203.0.113.7/32 or 2001:db8::/32."
  }

  validation {
    condition     = var.open_to_the_world || alltrue([for network in var.allowed_networks : try(tonumber(split("/", network)[1]), 0) >= (strcontains(network, ":") ? 16 : 8) || !can(cidrhost(network, 0))])
    error_message = "allowed_networks would open the services to a large part of the world (a network wider than /8, or /16 of IPv6); if that is what you want, set open_to_the_world = true."
  }
}

variable "open_to_the_world" {
  description = "Whether allowed_networks may hold everybody."
  type        = bool
  nullable    = false
}

variable "cloud" {
  description = "Cloud and region."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]+-[a-z0-9]+(-[a-z0-9]+)*$", var.cloud))
    error_message = "cloud must be a cloud and a region, such as aws-eu-west-1, google-europe-west1, azure-westeurope or do-fra."
  }
}

variable "name_prefix" {
  description = "What the services' names begin with."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,39}$", var.name_prefix))
    error_message = "name_prefix must be 1 to 40 lower-case letters, digits and '-', starting with a letter."
  }
}

variable "project_vpc_id" {
  description = "VPC of the services, or null."
  type        = string

  validation {
    condition     = var.project_vpc_id == null || can(regex("^[a-zA-Z0-9_-]+/[0-9a-f-]{36}$", var.project_vpc_id))
    error_message = "project_vpc_id must be of the form PROJECT/VPC_ID, as the id of an aiven_project_vpc is."
  }
}

variable "kafka_plan" {
  description = "Plan of Kafka."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]+[0-9a-z]*(-[0-9a-z]+)*$", var.kafka_plan))
    error_message = "kafka_plan must be the name of a plan, such as startup-4 or business-4."
  }
}

variable "kafka_version" {
  description = "Version of Kafka."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]+\\.[0-9]+$", var.kafka_version))
    error_message = "kafka_version must be a version of two numbers, such as 4.2."
  }
}

variable "kafka_topic" {
  description = "The topic."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-zA-Z0-9._-]{1,249}$", var.kafka_topic)) && !contains([".", ".."], var.kafka_topic)
    error_message = "kafka_topic must be 1 to 249 letters, digits, '.', '_' and '-'."
  }
}

variable "kafka_topic_partitions" {
  description = "Partitions of the topic."
  type        = number
  nullable    = false

  validation {
    condition     = var.kafka_topic_partitions >= 1 && var.kafka_topic_partitions <= 4000 && floor(var.kafka_topic_partitions) == var.kafka_topic_partitions
    error_message = "kafka_topic_partitions must be a whole number from 1 to 4000."
  }
}

variable "kafka_topic_replication" {
  description = "Copies of each partition."
  type        = number
  nullable    = false

  validation {
    condition     = contains([1, 2, 3, 4, 5], var.kafka_topic_replication)
    error_message = "kafka_topic_replication must be a whole number from 1 to 5; paid plans refuse 1."
  }
}

variable "kafka_topic_retention_hours" {
  description = "How long records are kept."
  type        = number
  nullable    = false

  validation {
    condition     = var.kafka_topic_retention_hours == -1 || (var.kafka_topic_retention_hours >= 1 && var.kafka_topic_retention_hours <= 87600 && floor(var.kafka_topic_retention_hours) == var.kafka_topic_retention_hours)
    error_message = "kafka_topic_retention_hours must be a whole number from 1 to 87600, or -1 for ever."
  }
}

variable "kafka_user_permission" {
  description = "Rights of the services' user."
  type        = string
  nullable    = false

  validation {
    condition     = contains(["admin", "readwrite"], var.kafka_user_permission)
    error_message = "kafka_user_permission must be admin or readwrite."
  }
}

variable "postgres_plan" {
  description = "Plan of PostgreSQL."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]+[0-9a-z]*(-[0-9a-z]+)*$", var.postgres_plan))
    error_message = "postgres_plan must be the name of a plan, such as startup-4 or business-4."
  }
}

variable "postgres_version" {
  description = "Version of PostgreSQL."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^(1[4-9]|[2-9][0-9])$", var.postgres_version))
    error_message = "postgres_version must be a major version, 14 or later, such as 17."
  }
}

variable "postgres_database" {
  description = "Database of the tables."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z_][a-z0-9_]{0,62}$", var.postgres_database))
    error_message = "postgres_database must be 1 to 63 lower-case letters, digits and '_', not starting with a digit."
  }
}

variable "valkey_plan" {
  description = "Plan of Valkey."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]+[0-9a-z]*(-[0-9a-z]+)*$", var.valkey_plan))
    error_message = "valkey_plan must be the name of a plan, such as startup-4 or business-4."
  }
}

variable "valkey_version" {
  description = "Version of Valkey."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]+\\.[0-9]+$", var.valkey_version))
    error_message = "valkey_version must be a version of two numbers, such as 8.1."
  }
}

variable "opensearch_plan" {
  description = "Plan of OpenSearch."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]+[0-9a-z]*(-[0-9a-z]+)*$", var.opensearch_plan))
    error_message = "opensearch_plan must be the name of a plan, such as startup-4 or business-4."
  }
}

variable "opensearch_version" {
  description = "Version of OpenSearch."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]+\\.[0-9]+$", var.opensearch_version))
    error_message = "opensearch_version must be a version of two numbers, such as 2.19."
  }
}
