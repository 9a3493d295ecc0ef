using System.Text.Json;
using System.Text.Json.Serialization;
using Clickstream.Local;

namespace Clickstream.Cli.Processes;

/// <summary>
/// What <c>services.json</c> in the data folder says: the consumers that were started, and by which foreground command if by one.
/// The infrastructure is not in it: Clickstream.Local has a state file and a lock of its own.
/// </summary>
sealed record ServicesFile
{
    /// <summary>The foreground <c>up</c> or <c>demo</c> that everything ends with; null where <c>up --detach</c> was used.</summary>
    public ForegroundCommand? Owner { get; init; }

    /// <summary>The consumers.</summary>
    public IReadOnlyList<ConsumerEntry> Consumers { get; init; } = [];

    /// <summary>A command that has stopped the consumers for a while, such as <c>data reset</c>; an owner starts them again afterwards.</summary>
    public ProcessIdentity? PausedBy { get; init; }

    /// <summary>Reads the file.</summary>
    /// <returns>An empty one, where there is none.</returns>
    public static ServicesFile Load(DataDirectory folder)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(folder.ServicesFile), ServicesFileJson.Default.ServicesFile) ?? new();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return new();
        }
    }

    /// <summary>The consumers that still run.</summary>
    public async Task<IReadOnlyList<ConsumerEntry>> RunningConsumersAsync(CancellationToken cancellationToken)
    {
        var running = new List<ConsumerEntry>();
        foreach (var consumer in Consumers)
        {
            if (await consumer.Process.IsAliveAsync(cancellationToken))
                running.Add(consumer);
        }
        return running;
    }

    public void Save(DataDirectory folder) =>
        PrivateFile.Write(folder.ServicesFile, JsonSerializer.Serialize(this, ServicesFileJson.Default.ServicesFile) + "\n");

    public static void Delete(DataDirectory folder)
    {
        if (Directory.Exists(folder.Path))
            File.Delete(folder.ServicesFile);
    }
}

/// <param name="Process">The command's process.</param>
/// <param name="Name">As the user typed it.</param>
sealed record ForegroundCommand(ProcessIdentity Process, string Name);

/// <param name="Process">The consumer's process.</param>
/// <param name="Url">Where its health endpoints are.</param>
/// <param name="Log">Where its messages go.</param>
sealed record ConsumerEntry(ProcessIdentity Process, string Url, string Log);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(ServicesFile))]
sealed partial class ServicesFileJson : JsonSerializerContext;
