using System.Buffers.Binary;
using System.Numerics;

namespace Clickstream.Local.Files;

/// <summary>CRC-32C (Castagnoli), the checksum of everything that is kept on disk here, eight bytes a step with the processor's own instruction.</summary>
static class Crc32C
{
    public static uint Compute(ReadOnlySpan<byte> data)
    {
        var crc = ~0u;
        while (data.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(data));
            data = data[sizeof(ulong)..];
        }

        foreach (var b in data) crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}
