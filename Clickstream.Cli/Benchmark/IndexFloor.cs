using System.Diagnostics;
using Clickstream.Core.Errors;
using Clickstream.Core.Events;
using Clickstream.ServiceDefaults;
using static System.FormattableString;

namespace Clickstream.Cli.Benchmark;

/// <summary>
/// What OpenSearch can take: the bulk requests that the indexer sends at its largest, encoded beforehand, sent by a bare loop on as many
/// connections.
/// </summary>
/// <param name="bench">Where.</param>
/// <param name="documents">Documents of a request.</param>
/// <param name="connections">Requests that are under way at the same time.</param>
/// <param name="gzip">They are compressed.</param>
sealed class IndexFloor(Workbench bench, int documents, int connections, bool gzip) : IDisposable
{
    readonly List<BulkBody> _bodies = [];

    /// <summary>Encodes the events of a file.</summary>
    public async Task EncodeAsync(string file)
    {
        await using var reader = await EventCsvReader.OpenAsync(file, bench.Context.Stop);
        while (await reader.ReadAsync(bench.Context.Stop))
        {
            if (_bodies.Count == 0 || _bodies[^1].Count == documents)
                _bodies.Add(new());
            var body = _bodies[^1];
            body.Advance(EventDocument.Write(reader.Event, body.GetSpan(EventDocument.MaxLength)));
            body.EndItem();
        }
    }

    /// <summary>Sends all of it into new indices.</summary>
    /// <returns>From the first request to the last answer.</returns>
    /// <exception cref="ClickstreamException">OpenSearch refuses some of it.</exception>
    public async Task<TimeSpan> IndexAsync()
    {
        await bench.Clients.Indices.DeleteAsync(bench.Context.Stop);
        await bench.Clients.Indices.EnsureAsync(bench.Context.Stop);
        var next = -1;
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => SendAsync()));
        return Stopwatch.GetElapsedTime(start);

        async Task SendAsync()
        {
            var answer = new BulkAnswer();
            while (Interlocked.Increment(ref next) is var index && index < _bodies.Count)
            {
                var body = _bodies[index];
                int[] all = [.. Enumerable.Range(0, body.Count)];
                await bench.Clients.OpenSearch.BulkAsync(bench.Clients.Indices.Events, body, all, gzip, answer, bench.Context.Stop);
                // A duplicate is refused with 409, which is no failure here.
                if (!answer.AllSucceeded && answer.Items.FirstOrDefault(static item => item.Status is not (201 or 409)) is { Status: > 0 } refused)
                {
                    throw new ClickstreamException(ExitCode.Unavailable, Invariant(
                        $"OpenSearch refuses a document of the floor: HTTP {refused.Status}, {refused.ErrorType}: {refused.Reason}"));
                }
            }
        }
    }

    public void Dispose()
    {
        foreach (var body in _bodies)
            body.Dispose();
    }
}
