namespace Clickstream.Local.Search.Indexing;

/// <summary>The fields in Lucene's documents that are ours and not the user's.</summary>
static class MetaFields
{
    /// <summary>The document's id: a term, and stored.</summary>
    public const string Id = "_id";

    /// <summary>The JSON as it came, stored.</summary>
    public const string Source = "_source";

    /// <summary>Doc values: the version less one, since most documents are of the first and need none then.</summary>
    public const string Version = "_version";

    /// <summary>Doc values: the number of the operation that wrote the document.</summary>
    public const string SeqNo = "_seq_no";

    /// <summary>Behind the name of a field of numbers: doc values with all of them, in documents that have several.</summary>
    public const string SeveralSuffix = "#several";

    /// <summary>Terms: the names of the fields that the document has, of those that have no doc values to tell.</summary>
    public const string FieldNames = "_field_names";

    /// <summary>Refuses a field of a document's own that would be taken for one of these.</summary>
    /// <exception cref="SearchException">mapper_parsing_exception.</exception>
    public static void RequireNone(string field)
    {
        if (field is Id or Source or Version or SeqNo or FieldNames or "_index" or "_routing")
        {
            throw SearchException.MapperParsing(
                $"Field [{field}] is a metadata field and cannot be added inside a document. Use the index API request parameters.");
        }
    }
}
