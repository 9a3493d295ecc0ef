namespace Clickstream.Core.Terraform;

/// <summary>Kafka: the listener that wants a client certificate, and the topic.</summary>
/// <param name="BootstrapServers">host:port.</param>
/// <param name="Topic">The topic of retail events.</param>
/// <param name="Partitions">How many it was given.</param>
/// <param name="CaPem">The CA that signed the brokers' and the client's certificate.</param>
/// <param name="CertificatePem">The client's certificate.</param>
/// <param name="KeyPem">Its private key. A secret.</param>
public sealed record KafkaOutputs(string BootstrapServers, string Topic, int Partitions, string CaPem, string CertificatePem, string KeyPem)
{
    /// <summary>Without what is secret.</summary>
    public override string ToString() => $"{BootstrapServers}, topic {Topic}";
}

/// <summary>PostgreSQL.</summary>
/// <param name="Host">Its name, which the server's certificate is for.</param>
/// <param name="Port">Its port.</param>
/// <param name="User">Who connects.</param>
/// <param name="Password">With what. A secret.</param>
/// <param name="Database">The database of the tables.</param>
/// <param name="CaPem">The CA that signed the server's certificate.</param>
public sealed record PostgresOutputs(string Host, int Port, string User, string Password, string Database, string CaPem)
{
    /// <summary>Without what is secret.</summary>
    public override string ToString() => $"{User}@{Host}:{Port}/{Database}";
}

/// <summary>Valkey.</summary>
/// <param name="Host">Its name, which the server's certificate is for.</param>
/// <param name="Port">Its port.</param>
/// <param name="User">Who connects.</param>
/// <param name="Password">With what. A secret.</param>
public sealed record ValkeyOutputs(string Host, int Port, string User, string Password)
{
    /// <summary>Without what is secret.</summary>
    public override string ToString() => $"{User}@{Host}:{Port}";
}

/// <summary>OpenSearch, where it is enabled.</summary>
/// <param name="Uri">https, without credentials.</param>
/// <param name="User">Who connects.</param>
/// <param name="Password">With what. A secret.</param>
/// <param name="DashboardsUri">OpenSearch Dashboards, where there is one.</param>
public sealed record OpenSearchOutputs(Uri Uri, string User, string Password, Uri? DashboardsUri)
{
    /// <summary>Without what is secret.</summary>
    public override string ToString() => $"{User} at {Uri}";
}
