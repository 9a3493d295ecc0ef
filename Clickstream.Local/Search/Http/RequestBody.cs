using System.Buffers;
using System.IO.Compression;
using Microsoft.AspNetCore.Http;

namespace Clickstream.Local.Search.Http;

/// <summary>The body of a request, read whole into a pooled array, unpacked if it came compressed.</summary>
sealed class RequestBody : IDisposable
{
    /// <summary>As OpenSearch's <c>http.max_content_length</c>; it holds for what comes out of gzip, too.</summary>
    public const int Limit = 100 * 1024 * 1024;

    byte[] _buffer = [];
    int _length;

    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, _length);

    /// <exception cref="SearchException">Too large, or packed in a way that is not known.</exception>
    public static async Task<RequestBody> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = new RequestBody();
        try
        {
            if (request.ContentLength is 0)
                return body;
            var expected = (int)Math.Min(request.ContentLength ?? 0, Limit);
            switch (request.Headers.ContentEncoding.ToString())
            {
                case "" or "identity":
                    await body.FillAsync(request.Body, expected + 1, cancellationToken);
                    break;
                case "gzip":
                    await using (var gzip = new GZipStream(request.Body, CompressionMode.Decompress))
                        await body.FillAsync(gzip, 4 * expected, cancellationToken);
                    break;
                case var other:
                    throw SearchException.IllegalArgument($"Content-Encoding [{other}] is not supported; send gzip or none");
            }

            return body;
        }
        catch (InvalidDataException e)
        {
            body.Dispose();
            throw SearchException.IllegalArgument($"the gzip body cannot be unpacked: {e.Message}");
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _length = 0;
    }

    async Task FillAsync(Stream stream, int expected, CancellationToken cancellationToken)
    {
        _buffer = ArrayPool<byte>.Shared.Rent(Math.Clamp(expected, 4096, Limit));
        while (true)
        {
            if (_length == _buffer.Length)
                Grow();
            var read = await stream.ReadAsync(_buffer.AsMemory(_length), cancellationToken);
            if (read == 0)
                return;
            _length += read;
            if (_length > Limit)
                throw TooLarge();
        }
    }

    public static SearchException TooLarge() =>
        new(413, "content_too_long_exception", $"the request's body is larger than {Limit} bytes");

    void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
