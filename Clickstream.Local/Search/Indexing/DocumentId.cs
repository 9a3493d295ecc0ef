using System.Buffers.Text;
using System.Text;

namespace Clickstream.Local.Search.Indexing;

/// <summary>What a document's id may be, and one for a document that was sent without.</summary>
static class DocumentId
{
    const int MaxBytes = 512;

    public static string Next() => Base64Url.EncodeToString(Guid.CreateVersion7().ToByteArray(bigEndian: true));

    /// <exception cref="SearchException">It is empty or too long.</exception>
    public static void Check(string id)
    {
        if (id.Length == 0)
            throw SearchException.IllegalArgument("if _id is specified it must not be empty");
        if (id.Length * 3 > MaxBytes && Encoding.UTF8.GetByteCount(id) is > MaxBytes and var length)
            throw SearchException.Validation($"id [{id}] is too long, must be no longer than {MaxBytes} bytes but was: {length}");
    }
}
