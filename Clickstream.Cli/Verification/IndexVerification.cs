namespace Clickstream.Cli.Verification;

/// <summary>What a comparison of the indices with the tables has found.</summary>
/// <param name="Events">The index of events.</param>
/// <param name="Sessions">The index of sessions.</param>
sealed record IndexVerification(IndexComparison Events, IndexComparison Sessions)
{
    public bool Verified => Events.Differing == 0 && Sessions.Differing == 0;
}

/// <summary>An index beside its table.</summary>
/// <param name="Index">The index's name.</param>
/// <param name="Rows">Rows of the table.</param>
/// <param name="Documents">Documents of the index.</param>
/// <param name="Differing">Rows without a document, documents without a row, and those that differ in a field.</param>
/// <param name="FirstDifferences">The first of them, in the order of the documents' ids.</param>
sealed record IndexComparison(string Index, long Rows, long Documents, long Differing, IReadOnlyList<string> FirstDifferences);
