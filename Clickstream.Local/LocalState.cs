using System.Text.Json;
using System.Text.Json.Serialization;

namespace Clickstream.Local;

/// <summary>
/// What <c>state.json</c> in the data folder says: the process, and where its parts are reached. There is no secret in it.
/// Parts that do not run are null.
/// </summary>
sealed record LocalState
{
    public const int CurrentVersion = 1;

    public int Version { get; init; } = CurrentVersion;

    public required int Pid { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required IReadOnlyList<string> Parts { get; init; }

    public KafkaState? Kafka { get; init; }

    [JsonPropertyName(PartName.PostgreSql)]
    public PostgreSqlState? PostgreSql { get; init; }

    public ValkeyState? Valkey { get; init; }

    [JsonPropertyName(PartName.OpenSearch)]
    public OpenSearchState? OpenSearch { get; init; }

    /// <summary>The state of the process that uses the folder, or null if none does or it is not ready yet.</summary>
    public static LocalState? Load(string dataDirectory)
    {
        try
        {
            var state = JsonSerializer.Deserialize(File.ReadAllBytes(PathIn(dataDirectory)), LocalStateJson.Default.LocalState);

            // A killed process leaves its state file, and its pid may be somebody else's by now: the lock tells who is alive.
            return state is { Version: CurrentVersion } && DataFolderLock.FindHolder(dataDirectory) == state.Pid ? state : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    public void Save(string dataDirectory) =>
        PrivateFile.Write(PathIn(dataDirectory), JsonSerializer.Serialize(this, LocalStateJson.Default.LocalState) + "\n");

    public static void Delete(string dataDirectory) => File.Delete(PathIn(dataDirectory));

    static string PathIn(string dataDirectory) => Path.Combine(dataDirectory, "state.json");
}

/// <param name="BootstrapServers">What a Kafka client is given.</param>
/// <param name="Data">The folder of the broker's files.</param>
sealed record KafkaState(string BootstrapServers, string Data);

/// <param name="Pid">The postmaster's pid.</param>
/// <param name="Port">Its port on 127.0.0.1.</param>
/// <param name="Data">The cluster's folder, which need not be in the data folder.</param>
/// <param name="ConnectionString">For Npgsql; it names the file with the password.</param>
/// <param name="Log">What the server has to say.</param>
sealed record PostgreSqlState(int Pid, int Port, string Data, string ConnectionString, string Log);

/// <param name="ConnectionString">For StackExchange.Redis.</param>
sealed record ValkeyState(string ConnectionString);

/// <param name="Uri">Where its REST interface is.</param>
sealed record OpenSearchState(string Uri);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(LocalState))]
sealed partial class LocalStateJson : JsonSerializerContext;
