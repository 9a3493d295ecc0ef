using System.Buffers.Binary;
using System.Text;

namespace Clickstream.Tests.Chaos;

/// <summary>What a proxy must tell apart of what a client says to PostgreSQL.</summary>
enum FrontendMessageKind
{
    Other,

    /// <summary>A piece of a COPY's data.</summary>
    CopyData,

    /// <summary>The beginning of a COMMIT: the server does nothing about it before it has this message.</summary>
    Commit,
}

/// <summary>
/// Cuts a client's side of a connection into messages
/// (https://www.postgresql.org/docs/current/protocol-message-formats.html), without looking further into them than it must.
/// </summary>
sealed class FrontendMessages(Stream stream)
{
    const int TypeLength = 1;
    const int LengthLength = 4;
    const int CodeLength = 4;
    const int MajorVersion = 3;

    readonly BufferedStream _stream = new(stream, 64 * 1024);
    readonly HashSet<string> _commitStatements = [];
    byte[] _buffer = new byte[64 * 1024];
    bool _isStarted;

    /// <summary>Reads the next message, whose bytes are valid until the one after it is read.</summary>
    /// <returns>No bytes at the stream's end.</returns>
    public async ValueTask<(FrontendMessageKind Kind, ReadOnlyMemory<byte> Bytes)> ReadAsync(CancellationToken cancellationToken)
    {
        // The first messages (TLS, GSS or cancel requests, start-up) have no type, but a code behind the length.
        var headerLength = _isStarted ? TypeLength + LengthLength : LengthLength + CodeLength;
        var read = await _stream.ReadAtLeastAsync(_buffer.AsMemory(0, headerLength), headerLength, throwOnEndOfStream: false, cancellationToken);
        if (read == 0)
            return default;
        if (read < headerLength)
            throw new EndOfStreamException();
        var length = _isStarted ? TypeLength + ReadInt32(TypeLength) : ReadInt32(0);
        if (length > _buffer.Length)
            Array.Resize(ref _buffer, length);
        await _stream.ReadExactlyAsync(_buffer.AsMemory(headerLength, length - headerLength), cancellationToken);
        var kind = FrontendMessageKind.Other;
        if (_isStarted)
            kind = KindOf((char)_buffer[0], _buffer.AsSpan(headerLength, length - headerLength));
        else
            _isStarted = ReadInt32(LengthLength) >> 16 == MajorVersion;
        return (kind, _buffer.AsMemory(0, length));
    }

    FrontendMessageKind KindOf(char type, ReadOnlySpan<byte> body)
    {
        switch (type)
        {
            case 'd':
                return FrontendMessageKind.CopyData;
            case 'Q':
                return IsCommit(ReadText(ref body)) ? FrontendMessageKind.Commit : FrontendMessageKind.Other;
            case 'P':
                var name = ReadText(ref body);
                if (IsCommit(ReadText(ref body)))
                    _commitStatements.Add(name);
                else
                    _commitStatements.Remove(name);
                return FrontendMessageKind.Other;
            case 'B':
                ReadText(ref body); // the portal's name
                return _commitStatements.Contains(ReadText(ref body)) ? FrontendMessageKind.Commit : FrontendMessageKind.Other;
            default:
                return FrontendMessageKind.Other;
        }
    }

    int ReadInt32(int offset) => BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(offset));

    static bool IsCommit(string sql) => sql.StartsWith("COMMIT", StringComparison.OrdinalIgnoreCase);

    static string ReadText(ref ReadOnlySpan<byte> body)
    {
        var length = body.IndexOf((byte)0);
        var text = Encoding.UTF8.GetString(body[..length]);
        body = body[(length + 1)..];
        return text;
    }
}
