using System.Buffers.Binary;
using System.Text;

namespace Clickstream.Tests.Telemetry;

/// <summary>A protobuf message as a table of its fields, which is enough to look into what the OTLP exporter sends without its schema.</summary>
sealed class ProtobufMessage
{
    const int Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5;

    readonly List<(int Field, ulong Number, ReadOnlyMemory<byte> Bytes)> _fields = [];

    public static ProtobufMessage Parse(ReadOnlyMemory<byte> message)
    {
        var parsed = new ProtobufMessage();
        while (message.Length > 0)
        {
            var tag = ReadVarint(ref message);
            var field = (int)(tag >> 3);
            switch ((int)(tag & 7))
            {
                case Varint:
                    parsed._fields.Add((field, ReadVarint(ref message), default));
                    break;
                case Fixed64:
                    parsed._fields.Add((field, BinaryPrimitives.ReadUInt64LittleEndian(message.Span), default));
                    message = message[8..];
                    break;
                case Bytes:
                    var length = (int)ReadVarint(ref message);
                    parsed._fields.Add((field, 0, message[..length]));
                    message = message[length..];
                    break;
                case Fixed32:
                    parsed._fields.Add((field, BinaryPrimitives.ReadUInt32LittleEndian(message.Span), default));
                    message = message[4..];
                    break;
                default:
                    throw new InvalidDataException($"wire type {tag & 7}");
            }
        }
        return parsed;
    }

    public bool Has(int field) => _fields.Exists(found => found.Field == field);

    public IEnumerable<ProtobufMessage> Messages(int field) =>
        _fields.Where(found => found.Field == field).Select(static found => Parse(found.Bytes));

    public ProtobufMessage Message(int field) => Messages(field).FirstOrDefault() ?? new ProtobufMessage();

    public string Text(int field) => Encoding.UTF8.GetString(_fields.FirstOrDefault(found => found.Field == field).Bytes.Span);

    public string Hex(int field) => Convert.ToHexString(_fields.FirstOrDefault(found => found.Field == field).Bytes.Span);

    public long Integer(int field) => (long)_fields.FirstOrDefault(found => found.Field == field).Number;

    public double Double(int field) => BitConverter.UInt64BitsToDouble(_fields.FirstOrDefault(found => found.Field == field).Number);

    static ulong ReadVarint(ref ReadOnlyMemory<byte> message)
    {
        var (value, shift, at) = (0UL, 0, 0);
        while (true)
        {
            var next = message.Span[at++];
            value |= (ulong)(next & 0x7F) << shift;
            shift += 7;
            if (next < 0x80)
                break;
        }
        message = message[at..];
        return value;
    }
}
