using System.Text.Json.Nodes;
using Clickstream.Tests.Infrastructure;

namespace Clickstream.Tests.Terraform;

/// <summary>Outputs as <c>terraform/</c> has them, which a test may change.</summary>
sealed class OutputSet
{
    public const string Password = "AVNS_test-secret";

    readonly Dictionary<string, JsonNode?> _values;

    public OutputSet(TestAuthority authority, IssuedCertificate? client = null)
    {
        client ??= authority.IssueClient("clickstream");
        _values = new()
        {
            ["kafka_bootstrap_servers"] = "kafka.example.aivencloud.com:12345",
            ["kafka_ca_pem"] = authority.Pem,
            ["kafka_access_cert_pem"] = client.CertificatePem,
            ["kafka_access_key_pem"] = client.KeyPem,
            ["kafka_topic"] = "clickstream-events",
            ["kafka_topic_partitions"] = 6,
            ["postgres_host"] = "pg.example.aivencloud.com",
            ["postgres_port"] = 23456,
            ["postgres_user"] = "avnadmin",
            ["postgres_password"] = Password,
            ["postgres_database"] = "clickstream",
            ["postgres_sslmode"] = "verify-full",
            ["postgres_ca_pem"] = authority.Pem,
            ["valkey_host"] = "valkey.example.aivencloud.com",
            ["valkey_port"] = 34567,
            ["valkey_user"] = "default",
            ["valkey_password"] = Password,
            ["opensearch_enabled"] = false,
        };
    }

    public IEnumerable<string> Names => _values.Keys;

    /// <summary>The value of an output.</summary>
    public JsonNode? this[string name]
    {
        get => _values[name];
        set => _values[name] = value;
    }

    public void Remove(string name) => _values.Remove(name);

    public OutputSet WithOpenSearch(string uri = "https://search.example.aivencloud.com:45678", string password = Password)
    {
        _values["opensearch_enabled"] = true;
        _values["opensearch_uri"] = uri;
        _values["opensearch_user"] = "avnadmin";
        _values["opensearch_password"] = password;
        return this;
    }

    /// <summary>As <c>terraform output -json</c> prints them.</summary>
    public string ToJson() => Outputs().ToJsonString();

    /// <summary>A state file that holds nothing but them.</summary>
    public string ToState() => new JsonObject
    {
        ["version"] = 4,
        ["terraform_version"] = "1.11.4",
        ["serial"] = 1,
        ["lineage"] = Guid.NewGuid().ToString(),
        ["outputs"] = Outputs(),
        ["resources"] = new JsonArray(),
    }.ToJsonString();

    JsonObject Outputs()
    {
        var outputs = new JsonObject();
        foreach (var (name, value) in _values)
        {
            var isSecret = name.EndsWith("_pem", StringComparison.Ordinal) || name.EndsWith("_password", StringComparison.Ordinal);
            outputs[name] = new JsonObject { ["sensitive"] = isSecret, ["type"] = Type(value), ["value"] = value?.DeepClone() };
        }
        return outputs;
    }

    static string Type(JsonNode? value) => value?.GetValueKind() switch
    {
        System.Text.Json.JsonValueKind.Number => "number",
        System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False => "bool",
        _ => "string",
    };
}
