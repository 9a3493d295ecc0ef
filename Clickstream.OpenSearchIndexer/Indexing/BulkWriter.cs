using System.Net;
using Clickstream.OpenSearchIndexer.Telemetry;
using Clickstream.ServiceDefaults;

namespace Clickstream.OpenSearchIndexer.Indexing;

/// <summary>
/// Settles the items of a bulk body: each is in its index when this is done, or refused for good. What OpenSearch cannot take now is
/// tried again, and only that, for as long as it takes. For one loop at a time.
/// </summary>
sealed class BulkWriter(
    OpenSearchClient client, OpenSearchRetry retry, BulkSize size, string index, bool gzip, IndexerMetrics metrics, TimeProvider time)
{
    const int Conflict = 409, NotFound = 404, TooManyRequests = 429;

    readonly BulkAnswer _answer = new();
    readonly List<int> _pending = [];
    readonly List<int> _request = [];
    readonly List<int> _again = [];
    readonly List<Refusal> _refused = [];

    public string Index => index;

    /// <summary>Settles all items of <paramref name="body"/>.</summary>
    /// <param name="body">What to send.</param>
    /// <param name="cancellationToken">Ends it, with some items settled and others not.</param>
    /// <param name="shelfLife">How long it may be sent.</param>
    /// <returns>The items refused for good; valid until the next call.</returns>
    /// <exception cref="OutOfDateException">The shelf life is over, with some items settled and others not.</exception>
    public async Task<IReadOnlyList<Refusal>> SettleAsync(BulkBody body, CancellationToken cancellationToken, ShelfLife? shelfLife = null)
    {
        _refused.Clear();
        _pending.Clear();
        _pending.AddRange(Enumerable.Range(0, body.Count));
        var attempt = 0;
        var mostAtOnce = int.MaxValue;
        while (_pending.Count > 0)
        {
            var count = Math.Min(Math.Min(_pending.Count, mostAtOnce), size.Current);
            _request.Clear();
            _request.AddRange(_pending.GetRange(0, count));
            if (shelfLife?.IsOver == true)
                throw new OutOfDateException();
            try
            {
                var started = time.GetTimestamp();
                await client.BulkAsync(index, body, _request, gzip, _answer, cancellationToken);
                metrics.BulkAnswered(index, count, time.GetElapsedTime(started));
            }
            catch (OpenSearchException e) when (e.Status == HttpStatusCode.RequestEntityTooLarge)
            {
                // A matter of bytes, which these documents have more of than others.
                mostAtOnce = Math.Max(1, count / 2);
                if (count == 1)
                    Refuse(new(_pending[0], e.Message));
                continue;
            }
            catch (Exception e) when (OpenSearchRetry.IsOpenSearchError(e))
            {
                if (e is OpenSearchException { Status: HttpStatusCode.TooManyRequests })
                    size.Refused(count);
                metrics.Retried(index, count);
                await retry.WaitAfterAsync(e, attempt++, cancellationToken);
                continue;
            }
            if (Judge(count) is not { } reason)
            {
                attempt = 0;
                mostAtOnce = Math.Min(mostAtOnce, int.MaxValue / 2) * 2;
                size.Taken(count);
                retry.Succeeded();
                continue;
            }
            await retry.WaitAsync(reason, attempt++, cancellationToken);
        }
        return _refused;
    }

    /// <summary>Takes the settled items of the request off the pending ones.</summary>
    /// <returns>What OpenSearch says of those that it may take later; null where there are none.</returns>
    string? Judge(int count)
    {
        if (_answer.AllSucceeded)
        {
            metrics.Indexed(index, count);
            _pending.RemoveRange(0, count);
            return null;
        }
        string? reason = null;
        var (done, duplicates, tooMuch) = (0, 0, false);
        _again.Clear();
        for (var i = 0; i < count; i++)
        {
            var answer = _answer.Items[i];
            if (answer.Status is >= 200 and < 300 || (answer.Status == NotFound && answer.ErrorType is null))
            {
                // Not found is said of a delete, which had nothing to do.
                done++;
            }
            else if (answer.Status == Conflict)
            {
                duplicates++;
            }
            else if (OpenSearchErrors.IsPassing(answer.Status, answer.ErrorType ?? ""))
            {
                _again.Add(_request[i]);
                reason ??= $"{answer.ErrorType}: {answer.Reason}";
                tooMuch |= answer.Status == TooManyRequests;
            }
            else
            {
                _refused.Add(Refusal.Of(_request[i], answer));
            }
        }
        metrics.Indexed(index, done);
        metrics.Duplicates(index, duplicates);
        metrics.Retried(index, _again.Count);
        if (tooMuch)
            size.Refused(count);
        _pending.RemoveRange(0, count);
        _pending.InsertRange(0, _again);
        return reason;
    }

    void Refuse(Refusal refusal)
    {
        _refused.Add(refusal);
        _pending.RemoveAt(0);
    }
}
