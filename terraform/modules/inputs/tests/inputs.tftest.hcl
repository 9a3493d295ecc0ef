variables {
  project                     = "my-project"
  allowed_networks            = ["203.0.113.7/32", "2001:db8::/32"]
  open_to_the_world           = false
  cloud                       = "google-europe-west1"
  name_prefix                 = "clickstream"
  project_vpc_id              = null
  kafka_plan                  = "startup-4"
  kafka_version               = "4.2"
  kafka_topic                 = "clickstream-events"
  kafka_topic_partitions      = 6
  kafka_topic_replication     = 2
  kafka_topic_retention_hours = 168
  kafka_user_permission       = "admin"
  postgres_plan               = "startup-4"
  postgres_version            = "17"
  postgres_database           = "clickstream"
  valkey_plan                 = "hobbyist"
  valkey_version              = "8.1"
  opensearch_plan             = "free-1-1gb"
  opensearch_version          = "2.19"
}

run "names_and_numbers" {
  assert {
    condition     = [output.kafka.service_name, output.postgres.service_name, output.valkey.service_name, output.opensearch.service_name] == ["clickstream-kafka", "clickstream-pg", "clickstream-valkey", "clickstream-opensearch"]
    error_message = "services are named after the prefix"
  }

  assert {
    condition     = output.topic.retention_ms == "604800000" && output.topic.min_insync_replicas == "1"
    error_message = "the numbers of a topic's configuration are texts"
  }

  assert {
    condition     = output.topic_patterns == toset(["clickstream-events", "clickstream*"])
    error_message = "admin may use the topics that commands make"
  }
}

run "for_ever_on_three_brokers_with_the_least_rights" {
  variables {
    kafka_topic_retention_hours = -1
    kafka_topic_replication     = 3
    kafka_user_permission       = "readwrite"
    project_vpc_id              = "my-project/01234567-89ab-cdef-0123-456789abcdef"
  }

  assert {
    condition     = output.topic.retention_ms == "-1" && output.topic.min_insync_replicas == "2"
    error_message = "-1 is for ever, and one broker may be away"
  }

  assert {
    condition     = output.topic_patterns == toset(["clickstream-events"])
    error_message = "the services' own topic is all that they need"
  }
}

run "nobody_is_let_in_by_accident" {
  command = plan
  variables {
    allowed_networks = []
  }
  expect_failures = [var.allowed_networks]
}

run "nor_everybody" {
  command = plan
  variables {
    allowed_networks = ["0.0.0.0/0"]
  }
  expect_failures = [var.allowed_networks]
}

run "nor_everybody_by_ipv6" {
  command = plan
  variables {
    allowed_networks = ["203.0.113.7/32", "::/0"]
  }
  expect_failures = [var.allowed_networks]
}

run "everybody_where_that_is_said" {
  variables {
    allowed_networks  = ["0.0.0.0/0"]
    open_to_the_world = true
  }

  assert {
    condition     = output.allowed_networks == toset(["0.0.0.0/0"])
    error_message = "who says so opens them"
  }
}

run "what_is_no_network" {
  command = plan
  variables {
    allowed_networks = ["203.0.113.7"]
  }
  expect_failures = [var.allowed_networks]
}

run "what_is_not_allowed" {
  command = plan
  variables {
    project                     = ""
    cloud                       = "europe"
    name_prefix                 = "Clickstream"
    project_vpc_id              = "01234567"
    kafka_plan                  = "Startup 4"
    kafka_version               = "4"
    kafka_topic                 = "click stream"
    kafka_topic_partitions      = 1.5
    kafka_topic_replication     = 0
    kafka_topic_retention_hours = 0
    kafka_user_permission       = "write"
    postgres_plan               = ""
    postgres_version            = "13"
    postgres_database           = "Clickstream"
    valkey_plan                 = "-4"
    valkey_version              = "latest"
    opensearch_plan             = "startup_4"
    opensearch_version          = "2"
  }
  expect_failures = [
    var.project, var.cloud, var.name_prefix, var.project_vpc_id, var.kafka_plan, var.kafka_version, var.kafka_topic, var.kafka_topic_partitions,
    var.kafka_topic_replication, var.kafka_topic_retention_hours, var.kafka_user_permission, var.postgres_plan, var.postgres_version,
    var.postgres_database, var.valkey_plan, var.valkey_version, var.opensearch_plan, var.opensearch_version,
  ]
}
