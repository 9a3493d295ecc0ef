using System.Text.Json;
using System.Text.Json.Serialization;
using Clickstream.Local.Files;

namespace Clickstream.Local.Kafka.Log;

/// <summary>What is stored of a topic beside its logs. A folder without it is no topic.</summary>
sealed record TopicFile(string Name, Guid Id, int Partitions, Dictionary<string, string> Configs)
{
    public const string FileName = "topic.json";

    public static TopicFile? TryRead(string directory)
    {
        var path = Path.Combine(directory, FileName);
        return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), TopicFileJson.Default.TopicFile) : null;
    }

    public void Write(string directory) =>
        AtomicFile.Write(Path.Combine(directory, FileName), JsonSerializer.SerializeToUtf8Bytes(this, TopicFileJson.Default.TopicFile));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(TopicFile))]
sealed partial class TopicFileJson : JsonSerializerContext;
