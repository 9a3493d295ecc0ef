using Lucene.Net.Index;

namespace Clickstream.Local.Search.Indexing;

/// <summary>Reads a document's id and source from Lucene.</summary>
sealed class StoredFields : StoredFieldVisitor
{
    public string Id { get; private set; } = "";

    public byte[] Source { get; private set; } = [];

    public override Status NeedsField(FieldInfo fieldInfo) => fieldInfo.Name is MetaFields.Id or MetaFields.Source ? Status.YES : Status.NO;

    public override void StringField(FieldInfo fieldInfo, string value) => Id = value;

    public override void BinaryField(FieldInfo fieldInfo, byte[] value) => Source = value;
}
