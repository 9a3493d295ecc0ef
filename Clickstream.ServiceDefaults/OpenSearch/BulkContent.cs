using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;

namespace Clickstream.ServiceDefaults;

/// <summary>Some items of a bulk body as the content of a request, written to the connection from where they are.</summary>
sealed class BulkContent : HttpContent
{
    readonly BulkBody _body;
    readonly IReadOnlyList<int> _items;
    readonly bool _gzip;
    readonly long _length;

    /// <param name="body">The body, which must not change until the answer is there.</param>
    /// <param name="items">Which of its items, ascending.</param>
    /// <param name="gzip">Whether to compress.</param>
    public BulkContent(BulkBody body, IReadOnlyList<int> items, bool gzip)
    {
        (_body, _items, _gzip) = (body, items, gzip);
        Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        if (gzip)
            Headers.ContentEncoding.Add("gzip");
        foreach (var (first, last) in Runs())
            _length += _body.Slice(first, last).Length;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (!_gzip)
        {
            await WriteAsync(stream, cancellationToken);
            return;
        }
        await using var compressed = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true);
        await WriteAsync(compressed, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _length;
        return !_gzip;
    }

    async Task WriteAsync(Stream stream, CancellationToken cancellationToken)
    {
        foreach (var (first, last) in Runs())
            await stream.WriteAsync(_body.Slice(first, last), cancellationToken);
    }

    /// <summary>The items as runs of neighbours: at the first attempt one, and few where most have succeeded.</summary>
    IEnumerable<(int First, int Last)> Runs()
    {
        for (var start = 0; start < _items.Count;)
        {
            var end = start;
            while (end + 1 < _items.Count && _items[end + 1] == _items[end] + 1)
                end++;
            yield return (_items[start], _items[end]);
            start = end + 1;
        }
    }
}
