namespace Clickstream.Tests.Chaos;

/// <summary>All that a round's seed decides before the round begins.</summary>
sealed record ChaosPlan(int Seed, int Partitions, int Consumers, int MaxBatchSize, string AllowedLateness, ChaosInput Input, IReadOnlyList<Fault> Faults)
{
    const int MinFaults = 3;
    const int MaxFaults = 5;

    static readonly int[] s_batchSizes = [50, 100, 400, 700, 5_000];
    static readonly string[] s_latenesses = ["00:00:00", "00:05:00", "01:00:00"];

    // Of each of these a round has one at most: they take longest, and hide one another.
    static readonly Fault[][] s_exclusive =
    [
        [Fault.FreezeInCopy, Fault.FreezeBeforeCommit, Fault.FreezeCommitted],
        [Fault.KillPostgres, Fault.StopPostgres],
        [Fault.KillBroker],
        [Fault.PauseConsumer],
    ];

    /// <summary>Odd seeds are for Apache Kafka, even ones for the embedded broker.</summary>
    public static bool IsForRealKafka(int seed) => seed % 2 != 0;

    public static ChaosPlan Draw(int seed)
    {
        // Neighbouring seeds of Random have much the same first numbers, so they are taken far apart.
        var random = new Random(unchecked(seed * (int)0x9E3779B1));
        return new(
            seed,
            Partitions: random.Next(1, 7),
            Consumers: random.Next(1, 4),
            s_batchSizes[random.Next(s_batchSizes.Length)],
            s_latenesses[random.Next(s_latenesses.Length)],
            new ChaosInput(random, random.Next(5_000, 15_000), away: true),
            DrawFaults(random));
    }

    public override string ToString() =>
        $"seed {Seed}: {Partitions} partition(s), {Consumers} consumer(s), {Input.Events.Count} events in {Input.Records.Count} records, "
        + $"batches of {MaxBatchSize}, lateness {AllowedLateness}: {string.Join(", ", Faults)}";

    static List<Fault> DrawFaults(Random random)
    {
        var all = Enum.GetValues<Fault>();
        var faults = new List<Fault>();
        for (var count = random.Next(MinFaults, MaxFaults + 1); faults.Count < count;)
        {
            var fault = all[random.Next(all.Length)];
            if (Array.Find(s_exclusive, group => group.Contains(fault)) is not { } group || !group.Any(faults.Contains))
                faults.Add(fault);
        }
        return faults;
    }
}
