using System.Numerics;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Search.Similarities;
using Lucene.Net.Util;

namespace Clickstream.Local.Search.Indexing;

/// <summary>
/// BM25 as later versions of Lucene compute it, so that scores and their order are those of an OpenSearch: over the documents that have the
/// field, with lengths that are exact where they are short, and a field without lengths taken as one of single terms.
/// </summary>
sealed class ScoredAsOpenSearch : Similarity
{
    const float K1 = 1.2f;
    const float B = 0.75f;

    /// <summary>Lengths below are kept as they are, see <see cref="EncodeLength"/>.</summary>
    const int ExactLengths = 24;

    static readonly float[] s_lengths = [.. Enumerable.Range(0, 256).Select(static code => (float)DecodeLength(code))];

    ScoredAsOpenSearch()
    {
    }

    public static ScoredAsOpenSearch Instance { get; } = new();

    public override long ComputeNorm(FieldInvertState state) => EncodeLength(state.Length - state.NumOverlap);

    public override SimWeight ComputeWeight(float queryBoost, CollectionStatistics collectionStats, params TermStatistics[] termStats)
    {
        var documents = collectionStats.DocCount == -1 ? collectionStats.MaxDoc : collectionStats.DocCount;
        var terms = collectionStats.SumTotalTermFreq == -1 ? collectionStats.SumDocFreq : collectionStats.SumTotalTermFreq;
        var average = terms <= 0 ? 1f : (float)(terms / (double)documents);
        var idf = 0d;
        foreach (var term in termStats)
            idf += (float)Math.Log(1 + ((documents - term.DocFreq + 0.5d) / (term.DocFreq + 0.5d)));
        return new Weight(collectionStats.Field, (float)idf, queryBoost, average);
    }

    public override SimScorer GetSimScorer(SimWeight weight, AtomicReaderContext context)
    {
        var ours = (Weight)weight;
        return new Scorer(ours, context.AtomicReader.GetNormValues(ours.Field));
    }

    // A float of three bits of mantissa for what exceeds the exact ones, as Lucene's SmallFloat.intToByte4.
    static byte EncodeLength(int length)
    {
        if (length < ExactLengths)
            return (byte)length;
        var rest = (uint)(length - ExactLengths);
        var bits = 32 - BitOperations.LeadingZeroCount(rest);
        if (bits < 4)
            return (byte)(ExactLengths + rest);
        var shift = bits - 4;
        return (byte)(ExactLengths + (((rest >> shift) & 7) | (uint)((shift + 1) << 3)));
    }

    static long DecodeLength(int code)
    {
        if (code < ExactLengths)
            return code;
        var rest = code - ExactLengths;
        var (mantissa, shift) = (rest & 7, (rest >> 3) - 1);
        return ExactLengths + (shift < 0 ? mantissa : (long)(mantissa | 8) << shift);
    }

    sealed class Weight(string field, float idf, float queryBoost, float averageLength) : SimWeight
    {
        public string Field { get; } = field;

        public float Value { get; private set; }

        public float[] InverseNorms { get; } = [.. s_lengths.Select(length => 1f / (K1 * (1 - B + (B * length / averageLength))))];

        public override float GetValueForNormalization() => idf * queryBoost * idf * queryBoost;

        public override void Normalize(float queryNorm, float topLevelBoost) => Value = queryBoost * topLevelBoost * (1 + K1) * idf;
    }

    sealed class Scorer(Weight weight, NumericDocValues? norms) : SimScorer
    {
        public override float Score(int doc, float freq)
        {
            var inverseNorm = weight.InverseNorms[norms is null ? 1 : (byte)norms.Get(doc)];
            return weight.Value - (weight.Value / (1f + (freq * inverseNorm)));
        }

        public override float ComputeSlopFactor(int distance) => 1f / (distance + 1);

        public override float ComputePayloadFactor(int doc, int start, int end, BytesRef payload) => 1;
    }
}
