# The whole configuration against a mocked provider: `terraform init`, then `terraform test`. Needs neither an account nor a token.

mock_provider "aiven" {
  mock_resource "aiven_kafka" {
    defaults = {
      service_host = "kafka.example.aivencloud.com"
      service_port = 12345
    }
  }

  mock_resource "aiven_kafka_user" {
    defaults = {
      access_cert = "certificate"
      access_key  = "key"
    }
  }

  mock_resource "aiven_pg" {
    defaults = {
      service_host     = "pg.example.aivencloud.com"
      service_port     = 23456
      service_username = "avnadmin"
      service_password = "postgres-secret"
    }
  }

  mock_resource "aiven_valkey" {
    defaults = {
      service_host     = "valkey.example.aivencloud.com"
      service_port     = 34567
      service_username = "default"
      service_password = "valkey-secret"
    }
  }

  mock_resource "aiven_opensearch" {
    defaults = {
      service_host     = "opensearch.example.aivencloud.com"
      service_port     = 45678
      service_username = "avnadmin"
      service_password = "opensearch-secret"
      components = [{
        component                   = "opensearch_dashboards"
        host                        = "dashboards.example.aivencloud.com"
        port                        = 443
        connection_uri              = "dashboards.example.aivencloud.com:443"
        route                       = "dynamic"
        usage                       = "primary"
        ssl                         = true
        kafka_authentication_method = ""
        kafka_ssl_ca                = ""
        privatelink_connection_id   = ""
      }]
    }
  }

  mock_data "aiven_project" {
    defaults = {
      ca_cert = "ca"
    }
  }
}

variables {
  project          = "my-project"
  allowed_networks = ["203.0.113.7/32"]
}

run "without_opensearch" {
  assert {
    condition     = output.kafka_bootstrap_servers == "kafka.example.aivencloud.com:12345" && output.kafka_topic == "clickstream-events" && output.kafka_topic_partitions == 6
    error_message = "Kafka's outputs are not those of the service and the topic"
  }

  assert {
    condition     = output.kafka_ca_pem == "ca" && output.kafka_access_cert_pem == "certificate" && output.kafka_access_key_pem == "key"
    error_message = "the certificates are not the project's and the user's"
  }

  assert {
    condition     = output.postgres_host == "pg.example.aivencloud.com" && output.postgres_port == 23456 && output.postgres_user == "avnadmin" && output.postgres_password == "postgres-secret" && output.postgres_database == "clickstream"
    error_message = "PostgreSQL's outputs are not those of the service"
  }

  assert {
    condition     = output.valkey_host == "valkey.example.aivencloud.com" && output.valkey_port == 34567 && output.valkey_user == "default" && output.valkey_password == "valkey-secret"
    error_message = "Valkey's outputs are not those of the service"
  }

  assert {
    condition     = !output.opensearch_enabled && output.opensearch_uri == null && output.opensearch_password == null
    error_message = "there is no OpenSearch unless it is enabled"
  }

  assert {
    condition     = length(aiven_opensearch.this) == 0
    error_message = "OpenSearch costs nothing unless it is enabled"
  }

  assert {
    condition     = alltrue([for service in [aiven_kafka.this, aiven_pg.this, aiven_valkey.this] : service.termination_protection])
    error_message = "services are protected against deletion"
  }

  assert {
    condition     = aiven_kafka.this.kafka_user_config[0].ip_filter_string == toset(["203.0.113.7/32"])
    error_message = "Kafka is reached from the allowed networks only"
  }

  assert {
    condition     = aiven_pg.this.pg_user_config[0].ip_filter_string == toset(["203.0.113.7/32"]) && aiven_valkey.this.valkey_user_config[0].ip_filter_string == toset(["203.0.113.7/32"])
    error_message = "PostgreSQL and Valkey are reached from the allowed networks only"
  }
}

run "with_opensearch" {
  variables {
    opensearch_enabled = true
  }

  assert {
    condition     = output.opensearch_enabled && output.opensearch_uri == "https://opensearch.example.aivencloud.com:45678" && output.opensearch_user == "avnadmin" && output.opensearch_password == "opensearch-secret"
    error_message = "OpenSearch's outputs are not those of the service"
  }

  assert {
    condition     = output.opensearch_dashboards_uri == "https://dashboards.example.aivencloud.com:443"
    error_message = "the Dashboards are among the components"
  }
}
