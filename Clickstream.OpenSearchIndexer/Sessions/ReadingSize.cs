namespace Clickstream.OpenSearchIndexer.Sessions;

/// <summary>How many sessions are read at once: as many as can be passed on before they are out of date, however slow the cluster is.</summary>
sealed class ReadingSize
{
    public const int Most = 5_000;

    const int Least = 100;

    public int Current { get; private set; } = Most;

    /// <summary>A reading was out of date before it was passed on.</summary>
    public void Expired() => Current = Math.Max(Current / 2, Least);

    /// <summary>A reading was passed on.</summary>
    /// <param name="sessions">How many it held: a small one says nothing about larger ones.</param>
    public void PassedOn(int sessions)
    {
        if (sessions >= Current)
            Current = Math.Min(Current + (Current / 2), Most);
    }
}
