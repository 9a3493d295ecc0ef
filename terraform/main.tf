module "inputs" {
  source = "./modules/inputs"

  project                     = var.project
  allowed_networks            = var.allowed_networks
  open_to_the_world           = var.open_to_the_world
  cloud                       = var.cloud
  name_prefix                 = var.name_prefix
  project_vpc_id              = var.project_vpc_id
  kafka_plan                  = var.kafka_plan
  kafka_version               = var.kafka_version
  kafka_topic                 = var.kafka_topic
  kafka_topic_partitions      = var.kafka_topic_partitions
  kafka_topic_replication     = var.kafka_topic_replication
  kafka_topic_retention_hours = var.kafka_topic_retention_hours
  kafka_user_permission       = var.kafka_user_permission
  postgres_plan               = var.postgres_plan
  postgres_version            = var.postgres_version
  postgres_database           = var.postgres_database
  valkey_plan                 = var.valkey_plan
  valkey_version              = var.valkey_version
  opensearch_plan             = var.opensearch_plan
  opensearch_version          = var.opensearch_version
}

data "aiven_project" "this" {
  project = module.inputs.project
}

module "outputs" {
  source = "./modules/outputs"

  project_ca_pem = data.aiven_project.this.ca_cert

  kafka = {
    # The listener that wants a client certificate, whatever others there are.
    host       = aiven_kafka.this.service_host
    port       = aiven_kafka.this.service_port
    topic      = aiven_kafka_topic.events.topic_name
    partitions = aiven_kafka_topic.events.partitions
  }
  kafka_access_cert_pem = aiven_kafka_user.services.access_cert
  kafka_access_key_pem  = aiven_kafka_user.services.access_key

  postgres = {
    host     = aiven_pg.this.service_host
    port     = aiven_pg.this.service_port
    user     = aiven_pg.this.service_username
    database = aiven_pg_database.clickstream.database_name
  }
  postgres_password = aiven_pg.this.service_password

  valkey = {
    host = aiven_valkey.this.service_host
    port = aiven_valkey.this.service_port
    user = aiven_valkey.this.service_username
  }
  valkey_password = aiven_valkey.this.service_password

  opensearch = one([for service in aiven_opensearch.this : {
    host       = service.service_host
    port       = service.service_port
    user       = service.service_username
    components = [for c in service.components : { component = c.component, host = c.host, port = c.port, route = c.route }]
  }])
  opensearch_password = one(aiven_opensearch.this[*].service_password)
}
