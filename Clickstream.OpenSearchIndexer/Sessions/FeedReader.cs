using System.Globalization;
using System.Text;
using Clickstream.OpenSearchIndexer.Indexing;
using Clickstream.OpenSearchIndexer.Telemetry;
using Clickstream.ServiceDefaults;
using Npgsql;

namespace Clickstream.OpenSearchIndexer.Sessions;

/// <summary>
/// The one reader of the feed, while it holds the lock: passes on what changed and, until that is done once, all that is stored. Both by
/// the same rule: draw a number, read how sessions stand, write that under the number.
/// </summary>
sealed class FeedReader(
    NpgsqlConnection connection, IndexSetup setup, OpenSearchClient client, OpenSearchRetry retry, BulkWriter writer, DeadLetters deadLetters,
    TimeProvider time, ILogger logger) : IDisposable
{
    const int MaxChanges = 100;
    static readonly TimeSpan s_pollInterval = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan s_signOfLifeInterval = TimeSpan.FromSeconds(20);
    static readonly TimeSpan s_pauseBeforeTurningOn = TimeSpan.FromSeconds(2);
    static readonly TimeSpan s_reportInterval = TimeSpan.FromSeconds(3);

    /// <summary>
    /// What was read longer ago is not sent any more but read again: OpenSearch remembers the version of a deleted document for a while
    /// only, and whoever was frozen for longer must not bring it back.
    /// </summary>
    static readonly TimeSpan s_shelfLife = TimeSpan.FromSeconds(30);

    readonly SessionFeed _feed = new(connection);
    readonly SessionRows _rows = new(connection);
    readonly SessionBulk _bulk = new();
    readonly ReadingSize _size = new();
    SessionChanges? _changes;
    int _passedOn;
    long _signOfLife;
    long _reportedAt;
    (long Total, long Done, long DoneAtReport)? _backfill;

    /// <summary>Reads until it is cancelled or the connection fails.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var state = await StartAsync(cancellationToken);
        while (true)
        {
            if (time.GetElapsedTime(_signOfLife) >= s_signOfLifeInterval)
                state = await StayAliveAsync(state, cancellationToken);
            var worked = await PassOnChangesAsync(cancellationToken);
            if (!state.IsBackfilled)
                state = await BackfillAsync(state, cancellationToken);
            else if (!worked)
                await Task.Delay(s_pollInterval, time, cancellationToken);
        }
    }

    public void Dispose() => _bulk.Dispose();

    async Task<FeedState> StartAsync(CancellationToken cancellationToken)
    {
        _signOfLife = time.GetTimestamp();
        var uuid = await setup.IdentifyAsync(writer.Index, cancellationToken);
        if (await _feed.ResumeAsync(uuid, cancellationToken) is { } resumed)
        {
            SayStarted(resumed);
            return resumed;
        }
        while (!await _feed.TurnOnAsync(uuid, cancellationToken))
        {
            logger.FeedNotTurnedOn();
            await Task.Delay(s_pauseBeforeTurningOn, time, cancellationToken);
        }
        _signOfLife = time.GetTimestamp();
        var begun = (await _feed.ResumeAsync(uuid, cancellationToken))!;
        SayStarted(begun);
        return begun;
    }

    void SayStarted(FeedState state)
    {
        if (state is { Position: null, IsBackfilled: false })
            logger.FeedTurnedOn();
        else
            logger.FeedResumed();
    }

    /// <returns>The state, which is another one where the backfill was begun anew.</returns>
    async Task<FeedState> StayAliveAsync(FeedState state, CancellationToken cancellationToken)
    {
        _signOfLife = time.GetTimestamp();
        var stored = await _feed.ResumeAsync(await setup.IdentifyAsync(writer.Index, cancellationToken), cancellationToken);
        if (stored?.BackfillVersion == state.BackfillVersion)
            return state;
        _backfill = null;
        if (stored is null)
            return await StartAsync(cancellationToken);
        SayStarted(stored);
        return stored;
    }

    /// <summary>Passes on some of the sessions that changed; when those of a row of the outbox all are, it goes.</summary>
    /// <returns>Whether there were any.</returns>
    async Task<bool> PassOnChangesAsync(CancellationToken cancellationToken)
    {
        if (_changes is null)
        {
            (_changes, _passedOn) = (await _feed.ReadChangesAsync(MaxChanges, ReadingSize.Most, cancellationToken), 0);
            if (_changes.Ids.Count == 0)
            {
                _changes = null;
                return false;
            }
        }
        var keys = _changes.Keys.Skip(_passedOn).Take(_size.Current).ToArray();
        using (var shelfLife = new ShelfLife(s_shelfLife, time, cancellationToken))
        {
            _bulk.Clear();
            await _rows.AppendAsync(_bulk, await _feed.NextVersionAsync(cancellationToken), keys, cancellationToken);
            if (!await SettleAsync(shelfLife, cancellationToken))
                return true;
        }
        _passedOn += keys.Length;
        if (_passedOn == _changes.Keys.Count)
        {
            await _feed.DeleteChangesAsync(_changes.Ids, cancellationToken);
            _changes = null;
        }
        return true;
    }

    /// <summary>Passes on a page of what is stored.</summary>
    async Task<FeedState> BackfillAsync(FeedState state, CancellationToken cancellationToken)
    {
        _backfill ??= await BeginReportAsync(cancellationToken);
        _bulk.Clear();
        using var shelfLife = new ShelfLife(s_shelfLife, time, cancellationToken);
        var version = await _feed.NextVersionAsync(cancellationToken);
        if (await _rows.AppendPageAsync(_bulk, version, state.Position, _size.Current, cancellationToken) is not { } last)
            return await FinishBackfillAsync(state, cancellationToken);
        if (!await SettleAsync(shelfLife, cancellationToken))
            return state;
        Report(_bulk.Body.Count);
        return await MoveAsync(state with { Position = last }, cancellationToken);
    }

    /// <summary>What is there and was not passed on by this backfill, nor changed since, was deleted while nobody followed.</summary>
    async Task<FeedState> FinishBackfillAsync(FeedState state, CancellationToken cancellationToken)
    {
        var old = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"{{\"query\":{{\"range\":{{\"feed_version\":{{\"lt\":{state.BackfillVersion}}}}}}}}}"));
        var deleted = await retry.RunAsync(async token =>
        {
            // It finds what searches find.
            await client.RefreshAsync(writer.Index, token);
            return await client.DeleteByQueryAsync(writer.Index, old, token);
        }, cancellationToken);
        logger.SessionsCaughtUp(_backfill?.Done ?? 0, deleted);
        _backfill = null;
        return await MoveAsync(state with { IsBackfilled = true }, cancellationToken);
    }

    async Task<FeedState> MoveAsync(FeedState state, CancellationToken cancellationToken) =>
        await _feed.MoveBackfillAsync(state, cancellationToken) ? state : await StayAliveAsync(state, cancellationToken);

    /// <returns>False where that took so long that what was read is out of date.</returns>
    async Task<bool> SettleAsync(ShelfLife shelfLife, CancellationToken cancellationToken)
    {
        try
        {
            var refused = await writer.SettleAsync(_bulk.Body, shelfLife.Token, shelfLife);
            foreach (var refusal in refused)
                deadLetters.Add(writer.Index, _bulk.IdOf(refusal.Item), refusal.Reason);
            if (refused is [var first, ..])
                logger.DocumentsRefused(writer.Index, refused.Count, _bulk.IdOf(first.Item), first.Reason);
            await deadLetters.WriteAsync(cancellationToken);
            _size.PassedOn(_bulk.Body.Count);
            return true;
        }
        catch (Exception e) when (e is OutOfDateException || (e is OperationCanceledException && shelfLife.IsOver && !cancellationToken.IsCancellationRequested))
        {
            _size.Expired();
            logger.ReadingOutOfDate();
            return false;
        }
    }

    async Task<(long Total, long Done, long DoneAtReport)> BeginReportAsync(CancellationToken cancellationToken)
    {
        _reportedAt = time.GetTimestamp();
        return (await _rows.CountAsync(cancellationToken), 0, 0);
    }

    void Report(int sessions)
    {
        var (total, done, doneAtReport) = _backfill!.Value;
        done += sessions;
        var elapsed = time.GetElapsedTime(_reportedAt);
        if (elapsed >= s_reportInterval)
        {
            logger.SessionsProgress(done, Math.Max(total, done), (done - doneAtReport) / elapsed.TotalSeconds);
            (_reportedAt, doneAtReport) = (time.GetTimestamp(), done);
        }
        _backfill = (total, done, doneAtReport);
    }
}
