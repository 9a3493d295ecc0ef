using System.Text.Json;
using System.Text.Json.Serialization;
using Clickstream.Local;

namespace Clickstream.Cli.Processes;

/// <summary>
/// What <c>services.json</c> in the data folder says: the workers that were started, and by which foreground command if by one.
/// The infrastructure is not in it: Clickstream.Local has a state file and a lock of its own.
/// </summary>
sealed record ServicesFile
{
    /// <summary>The foreground <c>up</c> or <c>demo</c> that everything ends with; null where <c>up --detach</c> was used.</summary>
    public ForegroundCommand? Owner { get; init; }

    /// <summary>The consumers, and the indexer.</summary>
    public IReadOnlyList<WorkerEntry> Workers { get; init; } = [];

    /// <summary>A command that has stopped the workers for a while, such as <c>data reset</c>; an owner starts them again afterwards.</summary>
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

    /// <summary>The workers that still run.</summary>
    public async Task<IReadOnlyList<WorkerEntry>> RunningWorkersAsync(CancellationToken cancellationToken)
    {
        var running = new List<WorkerEntry>();
        foreach (var worker in Workers)
        {
            if (await worker.Process.IsAliveAsync(cancellationToken))
                running.Add(worker);
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

/// <summary>A consumer or the indexer.</summary>
/// <param name="Process">Its process.</param>
/// <param name="Url">Where its health endpoints are.</param>
/// <param name="Log">Where its messages go.</param>
sealed record WorkerEntry(ProcessIdentity Process, string Url, string Log)
{
    /// <summary>What it is, in a few words.</summary>
    [JsonIgnore]
    public string Name => IsIndexer ? "indexer" : "consumer";

    [JsonIgnore]
    public bool IsIndexer => Process.Program == Programs.Indexer;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(ServicesFile))]
sealed partial class ServicesFileJson : JsonSerializerContext;
