using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Clickstream.Local.Kafka.Log;

/// <summary>
/// The topics and where they are on disk:
/// <code>
/// topics/{name}.{id}/topic.json                       name, id, partition count, configs
/// topics/{name}.{id}/{partition}/{base offset}.log      record batches as the clients made them
/// topics/{name}.{id}/{partition}/{base offset}.summary  see SegmentSummary
/// topics/{name}.{id}/{partition}/log-start-offset       only once records were deleted on request
/// topics/{name}.{id}.deleted/                         on its way out
/// </code>
/// A folder carries the topic's id, so a topic deleted and made anew shares nothing with its forerunner.
/// </summary>
sealed class TopicStore : IAsyncDisposable
{
    const string DeletedExtension = ".deleted";
    const int NameCharactersInFolder = 180; // with the id and the extension within what file systems allow

    readonly Lock _gate = new();
    readonly ConcurrentDictionary<string, Topic> _byName = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<Guid, Topic> _byId = [];
    readonly string _directory;
    readonly TimeProvider _time;
    readonly ILogger _logger;

    TopicStore(string directory, TimeProvider time, ILogger logger) => (_directory, _time, _logger) = (directory, time, logger);

    public IEnumerable<Topic> All => _byName.Values.OrderBy(static t => t.Name, StringComparer.Ordinal);

    public static TopicStore Open(string directory, TimeProvider time, ILogger logger)
    {
        var store = new TopicStore(directory, time, logger);
        Directory.CreateDirectory(directory);
        foreach (var folder in Directory.GetDirectories(directory))
        {
            // Deleted, or never finished being made.
            if (folder.EndsWith(DeletedExtension, StringComparison.Ordinal) || TopicFile.TryRead(folder) is not { } file)
                Directory.Delete(folder, recursive: true);
            else
                store.Add(store.Load(folder, file));
        }

        return store;
    }

    public Topic? Find(string name) => _byName.GetValueOrDefault(name);

    public Topic? Find(Guid id) => _byId.GetValueOrDefault(id);

    /// <summary>Makes a topic, or gives null if there is one of that name.</summary>
    public Topic? Create(string name, int partitions, Dictionary<string, string> configs)
    {
        lock (_gate)
        {
            if (_byName.ContainsKey(name)) return null;
            var file = new TopicFile(name, NewId(), partitions, configs);
            var folder = Path.Combine(_directory, $"{name[..Math.Min(name.Length, NameCharactersInFolder)]}.{file.Id:n}");
            Topic topic;
            try
            {
                topic = Load(folder, file);
                file.Write(folder);
            }
            catch
            {
                // Not to come into being with the next start.
                if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
                throw;
            }

            Add(topic);
            KafkaLog.TopicCreated(_logger, name, partitions, file.Id);
            return topic;
        }
    }

    /// <summary>Raises the partition count. The stored count is raised last, so a crash before leaves empty folders and nothing else.</summary>
    public void AddPartitions(Topic topic, int count)
    {
        lock (_gate)
        {
            if (count <= topic.Partitions.Count || !_byId.ContainsKey(topic.Id)) return;
            var added = new List<PartitionLog>();
            try
            {
                for (var i = topic.Partitions.Count; i < count; i++)
                    added.Add(OpenPartition(topic.Directory, i, TopicConfig.ToLogConfig(topic.Configs)));
                new TopicFile(topic.Name, topic.Id, count, new(topic.Configs)).Write(topic.Directory);
            }
            catch
            {
                added.ForEach(static p => p.Abandon());
                throw;
            }

            topic.Partitions = [.. topic.Partitions, .. added];
            KafkaLog.PartitionsAdded(_logger, topic.Name, count);
        }
    }

    /// <summary>Gives a topic other configs, which must have been checked.</summary>
    public void Alter(Topic topic, Dictionary<string, string> configs)
    {
        lock (_gate)
        {
            if (!_byId.ContainsKey(topic.Id)) return;
            new TopicFile(topic.Name, topic.Id, topic.Partitions.Count, configs).Write(topic.Directory);
            topic.Configs = configs;
            foreach (var partition in topic.Partitions) partition.Config = TopicConfig.ToLogConfig(configs);
            KafkaLog.TopicAltered(_logger, topic.Name);
        }
    }

    /// <summary>Deletes a topic; false if another was faster.</summary>
    public bool Delete(Topic topic)
    {
        var deleted = topic.Directory + DeletedExtension;
        lock (_gate)
        {
            if (!_byId.TryRemove(topic.Id, out _)) return false;
            _byName.TryRemove(topic.Name, out _);
            foreach (var partition in topic.Partitions) partition.Abandon();
            Directory.Move(topic.Directory, deleted);
        }

        KafkaLog.TopicDeleted(_logger, topic.Name, topic.Id);
        try
        {
            Directory.Delete(deleted, recursive: true);
        }
        catch (IOException e)
        {
            KafkaLog.FolderLeftBehind(_logger, deleted, e.Message);
        }

        return true;
    }

    public void ApplyRetention()
    {
        foreach (var partition in All.SelectMany(static t => t.Partitions)) partition.ApplyRetention();
    }

    public void Flush()
    {
        foreach (var partition in All.SelectMany(static t => t.Partitions)) partition.Flush();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var partition in All.SelectMany(static t => t.Partitions)) await partition.DisposeAsync();
    }

    // Kafka's tools print ids in base64 and take one that begins with a dash for an option.
    static Guid NewId()
    {
        while (true)
        {
            var id = Guid.NewGuid();
            if (Base64Url.EncodeToString(id.ToByteArray(bigEndian: true))[0] != '-') return id;
        }
    }

    Topic Load(string folder, TopicFile file)
    {
        var config = TopicConfig.ToLogConfig(file.Configs);
        var partitions = Enumerable.Range(0, file.Partitions).Select(i => OpenPartition(folder, i, config)).ToArray();
        return new(file.Name, file.Id, folder, file.Configs, partitions);
    }

    PartitionLog OpenPartition(string folder, int index, LogConfig config) =>
        PartitionLog.Open(Path.Combine(folder, index.ToString(CultureInfo.InvariantCulture)), config, _time, _logger);

    void Add(Topic topic)
    {
        _byName[topic.Name] = topic;
        _byId[topic.Id] = topic;
    }
}
