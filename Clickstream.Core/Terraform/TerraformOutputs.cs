using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Clickstream.Core.Errors;
using Clickstream.Core.Settings;

namespace Clickstream.Core.Terraform;

/// <summary>
/// The outputs of <c>terraform/</c>, checked, and what they mean for the configuration. The only reader there is: the command, the
/// services and the AppHost all use it.
/// </summary>
/// <param name="Kafka">Kafka's.</param>
/// <param name="Postgres">PostgreSQL's.</param>
/// <param name="Valkey">Valkey's.</param>
/// <param name="OpenSearch">OpenSearch's; null where it is not enabled.</param>
public sealed record TerraformOutputs(KafkaOutputs Kafka, PostgresOutputs Postgres, ValkeyOutputs Valkey, OpenSearchOutputs? OpenSearch)
{
    const int MaxPort = 65_535;
    const int MaxPartitions = 10_000;

    /// <summary>What to do where something needs OpenSearch and <see cref="OpenSearch"/> is null.</summary>
    public const string OpenSearchNotEnabled = "OpenSearch is not enabled in Terraform's outputs; set opensearch_enabled = true and run `terraform apply`";

    /// <summary>Reads the outputs.</summary>
    /// <param name="source">The folder of the configuration, in which terraform is run, or a file that <c>terraform output -json</c> was saved to.</param>
    /// <param name="time">Tells whether certificates have expired.</param>
    /// <param name="cancellationToken">Ends terraform, too.</param>
    /// <exception cref="ClickstreamException">They cannot be read, or something is missing or wrong: one line that says what to do.</exception>
    public static async Task<TerraformOutputs> ReadAsync(string source, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(source))
            return Parse(await ReadFileAsync(source, cancellationToken), source, time.GetUtcNow());
        var json = await TerraformCommand.OutputAsync(source, cancellationToken);
        if (json.AsSpan().Trim() is not "{}")
            return Parse(json, $"Terraform in {source}", time.GetUtcNow());
        throw new ClickstreamException(ExitCode.BadInput, TerraformCommand.IsInitialised(source)
            ? $"nothing is applied in {source}; run: terraform -chdir={source} apply"
            : $"terraform is not initialised in {source}; run: terraform -chdir={source} init, then: terraform -chdir={source} apply");
    }

    /// <summary>Reads the JSON of <c>terraform output -json</c>.</summary>
    /// <param name="json">The JSON.</param>
    /// <param name="source">Where it is from, for errors.</param>
    /// <param name="now">Tells whether certificates have expired.</param>
    /// <exception cref="ClickstreamException">Something is missing or wrong.</exception>
    public static TerraformOutputs Parse(string json, string source, DateTimeOffset now)
    {
        using var document = ParseJson(json, source);
        var reader = new OutputReader(document.RootElement, source);
        var kafka = new KafkaOutputs(
            reader.Text("kafka_bootstrap_servers"), reader.Text("kafka_topic"), reader.Number("kafka_topic_partitions", MaxPartitions),
            reader.Text("kafka_ca_pem"), reader.Text("kafka_access_cert_pem"), reader.Text("kafka_access_key_pem"));
        var postgres = new PostgresOutputs(
            reader.Text("postgres_host"), reader.Number("postgres_port", MaxPort), reader.Text("postgres_user"), reader.Text("postgres_password"),
            reader.Text("postgres_database"), reader.Text("postgres_ca_pem"));
        // Other tools take a mode; here it is one, and who has asked for another shall not believe that it is in force.
        if (reader.OptionalText("postgres_sslmode") is { } mode and not "verify-full")
            reader.Refuse($"output postgres_sslmode is {mode}; allowed: verify-full");
        var valkey = new ValkeyOutputs(
            reader.Text("valkey_host"), reader.Number("valkey_port", MaxPort), reader.Text("valkey_user"), reader.Text("valkey_password"));
        if (valkey.Password.Contains(',', StringComparison.Ordinal))
            reader.Refuse("output valkey_password has a comma, which ends a value in a connection string of StackExchange.Redis; set another password");
        var openSearch = reader.Flag("opensearch_enabled") ? ReadOpenSearch(reader) : null;
        reader.ThrowIfInvalid();

        CheckCertificates(reader, kafka, postgres, now);
        reader.ThrowIfInvalid();
        return new(kafka, postgres, valkey, openSearch);
    }

    /// <summary>
    /// The settings of the configuration contract, by their keys such as <c>ConnectionStrings:kafka</c>. Certificates and host names
    /// are verified by all of them.
    /// </summary>
    public IReadOnlyDictionary<string, string> ToSettings()
    {
        var settings = new Dictionary<string, string>
        {
            ["ConnectionStrings:kafka"] = Kafka.BootstrapServers,
            ["Kafka:SecurityProtocol"] = "Ssl",
            ["Kafka:SslCaPem"] = Kafka.CaPem,
            ["Kafka:SslCertificatePem"] = Kafka.CertificatePem,
            ["Kafka:SslKeyPem"] = Kafka.KeyPem,
            ["Kafka:Topic"] = Kafka.Topic,
            ["Kafka:Partitions"] = Kafka.Partitions.ToString(CultureInfo.InvariantCulture),
            ["ConnectionStrings:clickstream"] = PostgresConnectionString(),
            ["Postgres:SslCaPem"] = Postgres.CaPem,
            ["ConnectionStrings:valkey"] = string.Create(CultureInfo.InvariantCulture,
                $"{Valkey.Host}:{Valkey.Port},user={Valkey.User},password={Valkey.Password},ssl=true,abortConnect=false"),
            // Trusted beside the system's roots: services of some age have certificates of the project's CA.
            ["Valkey:SslCaPem"] = Kafka.CaPem,
        };
        if (OpenSearch is { } search)
        {
            settings["OpenSearch:Enabled"] = "true";
            settings["OpenSearch:SslCaPem"] = Kafka.CaPem;
            settings["ConnectionStrings:opensearch"] = WithUser(search.Uri);
            if (search.DashboardsUri is { } dashboards)
                settings["OpenSearch:DashboardsUrl"] = WithUser(dashboards);
        }
        return settings;

        string WithUser(Uri uri) =>
            $"{uri.Scheme}://{Uri.EscapeDataString(OpenSearch.User)}:{Uri.EscapeDataString(OpenSearch.Password)}@{uri.Authority}{uri.AbsolutePath}";
    }

    string PostgresConnectionString() => new DbConnectionStringBuilder
    {
        ["Host"] = Postgres.Host,
        ["Port"] = Postgres.Port.ToString(CultureInfo.InvariantCulture),
        ["Username"] = Postgres.User,
        ["Password"] = Postgres.Password,
        ["Database"] = Postgres.Database,
        ["SSL Mode"] = "VerifyFull",
    }.ConnectionString;

    static OpenSearchOutputs ReadOpenSearch(OutputReader reader) => new(
        ReadUri(reader, "opensearch_uri", reader.Text("opensearch_uri")) ?? new Uri("https://localhost/"),
        reader.Text("opensearch_user"), reader.Text("opensearch_password"),
        ReadUri(reader, "opensearch_dashboards_uri", reader.OptionalText("opensearch_dashboards_uri")));

    static Uri? ReadUri(OutputReader reader, string name, string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps && uri.UserInfo.Length == 0)
            return uri;
        reader.Refuse($"output {name} is not of the form https://host:port");
        return null;
    }

    static void CheckCertificates(OutputReader reader, KafkaOutputs kafka, PostgresOutputs postgres, DateTimeOffset now)
    {
        var wrong = CertificateCheck.Find(new("kafka_ca_pem", kafka.CaPem), new("kafka_access_cert_pem", kafka.CertificatePem),
            new("kafka_access_key_pem", kafka.KeyPem), now);
        if (wrong is not null)
            reader.Refuse(wrong);
        if (postgres.CaPem != kafka.CaPem && CertificateCheck.Read(new("postgres_ca_pem", postgres.CaPem), now, out _) is { } wrongAuthority)
            reader.Refuse(wrongAuthority);
    }

    static JsonDocument ParseJson(string json, string source)
    {
        try
        {
            var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document;
            document.Dispose();
        }
        catch (JsonException)
        {
            // The text holds secrets, and so might its message.
        }
        throw new ClickstreamException(ExitCode.BadInput, $"{source} is not the JSON that `terraform output -json` prints");
    }

    static async Task<string> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(path, cancellationToken);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ClickstreamException(ExitCode.BadInput,
                $"there is neither a folder nor a file {path} for Terraform's outputs; name the folder of the configuration, or a file that `terraform output -json` was saved to", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClickstreamException(ExitCode.BadInput, $"{path} cannot be read: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }
}
