namespace Clickstream.Core.Settings;

/// <summary>Section <c>Kafka</c>: which topic, and how to reach the brokers that <c>ConnectionStrings:kafka</c> names.</summary>
/// <param name="Topic">Name of the topic of retail events.</param>
/// <param name="Partitions">How many partitions the topic gets where it must be created.</param>
/// <param name="SecurityProtocol"><c>Plaintext</c> or <c>Ssl</c>; null means Ssl where PEM texts are given, else Plaintext.</param>
/// <param name="SslCaPem">The CA that signed the brokers' certificates, PEM text (line ends may be written <c>\n</c>) or base64 of it.</param>
/// <param name="SslCertificatePem">The client's certificate, likewise.</param>
/// <param name="SslKeyPem">The client's private key, likewise. A secret.</param>
/// <param name="TraceLinks">Consumers read records' headers, and link their spans to those of the producers: some percent more work a record.</param>
public sealed record KafkaOptions(
    string Topic, int Partitions, string? SecurityProtocol, string? SslCaPem, string? SslCertificatePem, string? SslKeyPem, bool TraceLinks = false)
{
    /// <summary>Reads the section.</summary>
    public static KafkaOptions Read(SettingsReader settings) => new(
        settings.Text("Kafka:Topic", "clickstream-events", "1 to 249 letters, digits, '.', '_' and '-'", IsTopicName)!,
        (int)settings.Integer("Kafka:Partitions", 6, 1, 10_000),
        settings.Text("Kafka:SecurityProtocol", null, "Plaintext or Ssl", static text =>
            text.Equals("Plaintext", StringComparison.OrdinalIgnoreCase) || text.Equals("Ssl", StringComparison.OrdinalIgnoreCase)),
        settings.Text("Kafka:SslCaPem"),
        settings.Text("Kafka:SslCertificatePem"),
        settings.Text("Kafka:SslKeyPem"),
        settings.Flag("Kafka:TraceLinks", false));

    /// <summary>The PEM texts are secrets or lead to them, so they are not printed.</summary>
    public override string ToString() => $"{nameof(KafkaOptions)} {{ Topic = {Topic}, Partitions = {Partitions} }}";

    // Kafka's own rule (org.apache.kafka.common.internals.Topic).
    static bool IsTopicName(string name) =>
        name.Length is >= 1 and <= 249 && name is not ("." or "..") && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
