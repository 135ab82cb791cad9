using System.Globalization;

namespace Millrace.Bench;

/// <summary>
/// What the mock provider does, told by the model's name: <c>mock-c50-d20-f100</c> is 50 chunks, 20 ms apart, the first after
/// 100 ms. Parts that are absent are 1 chunk and no delay.
/// </summary>
public sealed record MockModel(string Name, int Chunks, int DelayMs, int FirstMs)
{
    /// <summary>How long the stream takes at least: the end follows one delay after the last chunk.</summary>
    public double IdealMs => FirstMs + ((double)Chunks * DelayMs);

    public static bool TryParse(string name, out MockModel model)
    {
        model = new MockModel(name, Chunks: 1, DelayMs: 0, FirstMs: 0);
        var parts = name.Split('-');
        if (parts[0] != "mock")
            return false;
        foreach (var part in parts.AsSpan(1))
        {
            if (part.Length < 2 || !int.TryParse(part.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var value))
                return false;
            MockModel? next = part[0] switch
            {
                'c' when value is > 0 and <= 100_000 => model with { Chunks = value },
                'd' when value <= 60_000 => model with { DelayMs = value },
                'f' when value <= 600_000 => model with { FirstMs = value },
                _ => null,
            };
            if (next is null)
                return false;
            model = next;
        }
        return true;
    }

    public static MockModel Parse(string name) => TryParse(name, out var model)
        ? model
        : throw new ArgumentException($"'{name}' is no mock model. Shape: mock-c<chunks>-d<ms between>-f<ms before the first>.", nameof(name));
}
