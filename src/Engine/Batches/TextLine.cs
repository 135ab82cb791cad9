namespace Millrace.Engine.Batches;

/// <summary>A line of a file, without its end.</summary>
/// <param name="Number">Its number, from 1; empty lines count.</param>
/// <param name="Bytes">What is in it, until the next line is asked for; the beginning of one that is too long.</param>
/// <param name="IsTooLong">It is longer than a line may be.</param>
internal sealed record TextLine(long Number, ReadOnlyMemory<byte> Bytes, bool IsTooLong);
