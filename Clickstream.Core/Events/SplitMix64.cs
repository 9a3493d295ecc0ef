namespace Clickstream.Core.Events;

/// <summary>
/// The SplitMix64 random number generator (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014): eight bytes of
/// state, and a stream that is the same on every machine and in every version of .NET.
/// </summary>
struct SplitMix64(long seed)
{
    ulong _state = (ulong)seed;

    /// <summary>64 random bits.</summary>
    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15UL;
        var mixed = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9UL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBUL;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>A number from 0 to <paramref name="below"/> - 1; the bias is below 2^-32 for any bound used here.</summary>
    public long Next(long below) => (long)Math.BigMul(Next(), (ulong)below, out _);

    /// <summary>A number from 0 to below 1, in steps of 2^-53.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1L << 53));

    /// <summary>True with the given probability.</summary>
    public bool NextBool(double probability) => NextDouble() < probability;
}
