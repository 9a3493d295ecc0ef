terraform {
  required_version = ">= 1.11"

  required_providers {
    aiven = {
      source  = "aiven/aiven"
      version = ">= 4.59.0, < 5.0.0"
    }
  }
}

# The token comes from the environment variable AIVEN_TOKEN, so that it is in no file and no plan.
provider "aiven" {}
