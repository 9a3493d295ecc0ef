variables {
  project_ca_pem        = "ca"
  kafka                 = { host = "k.example", port = 12345, topic = "clickstream-events", partitions = 6 }
  kafka_access_cert_pem = "certificate"
  kafka_access_key_pem  = "key"
  postgres              = { host = "p.example", port = 23456, user = "avnadmin", database = "clickstream" }
  postgres_password     = "postgres-secret"
  valkey                = { host = "v.example", port = 34567, user = "default" }
  valkey_password       = "valkey-secret"
}

run "without_opensearch" {
  assert {
    condition     = output.kafka_bootstrap_servers == "k.example:12345"
    error_message = "host and port of Kafka are not put together"
  }

  assert {
    condition     = output.kafka_ca_pem == "ca" && output.postgres_ca_pem == "ca"
    error_message = "the project's CA is Kafka's and PostgreSQL's"
  }

  assert {
    condition     = output.postgres_port == 23456 && output.valkey_port == 34567 && output.kafka_topic_partitions == 6
    error_message = "numbers stay numbers"
  }

  assert {
    condition     = output.postgres_sslmode == "verify-full"
    error_message = "certificates are verified"
  }

  assert {
    condition     = !output.opensearch_enabled
    error_message = "there is no OpenSearch"
  }

  assert {
    condition = alltrue([
      output.opensearch_uri == null, output.opensearch_user == null, output.opensearch_password == null, output.opensearch_dashboards_uri == null,
    ])
    error_message = "without OpenSearch its outputs are null, and so absent"
  }
}

run "with_opensearch" {
  variables {
    opensearch = {
      host = "o.example"
      port = 45678
      user = "avnadmin"
      components = [
        { component = "opensearch", host = "o.example", port = 45678, route = "dynamic" },
        { component = "opensearch_dashboards", host = "d.example", port = 443, route = "dynamic" },
        { component = "opensearch_dashboards", host = "public-d.example", port = 443, route = "public" },
      ]
    }
    opensearch_password = "opensearch-secret"
  }

  assert {
    condition     = output.opensearch_enabled && output.opensearch_uri == "https://o.example:45678" && output.opensearch_user == "avnadmin"
    error_message = "OpenSearch's address is https and holds no credentials"
  }

  assert {
    condition     = output.opensearch_dashboards_uri == "https://d.example:443"
    error_message = "the Dashboards are those of the dynamic route"
  }

  assert {
    condition     = output.opensearch_password == "opensearch-secret"
    error_message = "the password is passed on"
  }
}

run "opensearch_without_dashboards" {
  variables {
    opensearch = { host = "o.example", port = 45678, user = "avnadmin", components = [] }
  }

  assert {
    condition     = output.opensearch_enabled && output.opensearch_dashboards_uri == null
    error_message = "no Dashboards, no address"
  }
}
