using System.Globalization;
using System.Text;
using Clickstream.Local.Files;

namespace Clickstream.Local.Kafka.Log;

/// <summary>
/// Producer ids, each given out once for ever: a block of them is written off on disk before the first of it is used, and what is left
/// of a block when the broker stops is lost.
/// </summary>
sealed class ProducerIds
{
    const int BlockSize = 1000;

    readonly Lock _gate = new();
    readonly string _path;
    long _next;
    long _blockEnd;

    public ProducerIds(string path)
    {
        _path = path;
        if (File.Exists(path)) _next = _blockEnd = long.Parse(File.ReadAllText(path), NumberStyles.None, CultureInfo.InvariantCulture);
    }

    public long Next()
    {
        lock (_gate)
        {
            if (_next == _blockEnd)
            {
                var end = _blockEnd + BlockSize;
                AtomicFile.Write(_path, Encoding.ASCII.GetBytes(end.ToString(CultureInfo.InvariantCulture)));
                _blockEnd = end;
            }

            return _next++;
        }
    }
}
