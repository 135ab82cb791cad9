using System.Buffers.Binary;
using System.Text;

namespace Millrace.Tests.Telemetry;

/// <summary>
/// A protobuf message as its fields: enough to look into what an exporter sends. There is no package with the messages of OTLP that is kept up for others, and
/// the exporter has no JSON.
/// </summary>
internal sealed class ProtoMessage(ReadOnlyMemory<byte> bytes)
{
    private readonly List<(int Field, ulong Number, ReadOnlyMemory<byte> Bytes)> fields = [.. Read(bytes)];

    public IEnumerable<ProtoMessage> All(int field) => fields.Where(entry => entry.Field == field).Select(entry => new ProtoMessage(entry.Bytes));

    public ProtoMessage? Find(int field) => All(field).FirstOrDefault();

    public string Text(int field) => Encoding.UTF8.GetString(Bytes(field).Span);

    public string Hex(int field) => Convert.ToHexStringLower(Bytes(field).Span);

    public ulong Number(int field) => fields.FirstOrDefault(entry => entry.Field == field).Number;

    public bool Has(int field) => fields.Exists(entry => entry.Field == field);

    private ReadOnlyMemory<byte> Bytes(int field) => fields.FirstOrDefault(entry => entry.Field == field).Bytes;

    private static IEnumerable<(int, ulong, ReadOnlyMemory<byte>)> Read(ReadOnlyMemory<byte> rest)
    {
        while (!rest.IsEmpty)
        {
            var tag = Varint(ref rest);
            var field = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    yield return (field, Varint(ref rest), default);
                    break;
                case 1:
                    yield return (field, BinaryPrimitives.ReadUInt64LittleEndian(rest.Span), default);
                    rest = rest[8..];
                    break;
                case 2:
                    var length = (int)Varint(ref rest);
                    yield return (field, 0, rest[..length]);
                    rest = rest[length..];
                    break;
                default:
                    yield return (field, BinaryPrimitives.ReadUInt32LittleEndian(rest.Span), default);
                    rest = rest[4..];
                    break;
            }
        }
    }

    private static ulong Varint(ref ReadOnlyMemory<byte> rest)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = rest.Span[0];
            rest = rest[1..];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
    }
}
